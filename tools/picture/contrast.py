"""The contrast of text by WCAG 2.2 (https://www.w3.org/TR/WCAG22/#contrast-minimum); pure."""

from collections.abc import Iterable

Colour = tuple[float, float, float, float]
"""Red, green and blue from 0 to 255, and opacity from 0 to 1."""
SMALL, LARGE = 4.5, 3.0
"""The least ratio for text, and for large text."""
_LARGE_PIXELS, _LARGE_BOLD_PIXELS, _BOLD = 24, 18.66, 700
_WHITE: Colour = (255, 255, 255, 1)


def ratio(text: Colour, behind: Iterable[Colour]) -> float:
    """Return the contrast from 1 to 21 of text on layers, the nearest first; behind all of them is white."""
    ground = _WHITE
    for layer in reversed([*behind]):
        ground = _over(layer, ground)
    light, dark = sorted((_luminance(_over(text, ground)), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def needed(pixels: float, weight: float) -> float:
    """Return the least ratio for text of a height in CSS pixels and a weight from 100 to 900."""
    large = pixels >= _LARGE_PIXELS or (weight >= _BOLD and pixels >= _LARGE_BOLD_PIXELS)
    return LARGE if large else SMALL


def _over(upper: Colour, lower: Colour) -> Colour:
    red, green, blue = (
        above * upper[3] + below * (1 - upper[3]) for above, below in zip(upper[:3], lower[:3], strict=True)
    )
    return red, green, blue, 1


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - of the standard

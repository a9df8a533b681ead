"""Text of others on its way to a terminal or a log: nothing in it is obeyed."""


def inert(text: str) -> str:
    r"""Return the text with each character that is not printed written as JSON does (``\u001b``); line ends stay.

    Not printed are controls (with the C1 set, which terminals obey as they do ESC), marks of direction, what is
    invisible, and lone surrogates, which no stream takes. JSON stays the JSON that it is.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))

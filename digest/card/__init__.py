"""The Teams card: an Adaptive Card 1.4 within Teams' limits."""

from digest.card.build import RenderedCard, render_card, test_card
from digest.card.rules import check_card

__all__ = ["RenderedCard", "check_card", "render_card", "test_card"]

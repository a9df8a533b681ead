"""The briefing: told by code alone from the facts; what every renderer shows."""

from digest.briefing.build import build_briefing
from digest.briefing.model import Briefing, Item

__all__ = ["Briefing", "Item", "build_briefing"]

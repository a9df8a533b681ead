"""The digest as a page with what a card cannot hold: time line, episodes, evidence, charts.

``build_report`` decides what is told and where on the page's axes it lies; the templates only print it.
"""

from digest.report.build import build_report

__all__ = ["build_report"]

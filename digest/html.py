"""The digest as one self-contained page: no script, nothing loaded from elsewhere."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from digest.facts import Facts
from digest.report import build_report


def render_html(facts: Facts) -> str:
    """Return the page; every text is escaped."""
    return _template().render(report=build_report(facts))


@cache
def _template() -> Template:
    loader = PackageLoader("digest", "templates/report")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html.j2")

"""The digest as one self-contained page: no script, nothing loaded from elsewhere."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from digest.briefing import build_briefing
from digest.facts import Facts


def render_html(facts: Facts) -> str:
    """Return the page; every text is escaped."""
    return _template().render(brief=build_briefing(facts), facts=facts)


@cache
def _template() -> Template:
    loader = PackageLoader("digest", "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("report.html.j2")

"""The commands of the pages that no walk runs, by their page and how they begin, with the reason.

Where another test runs them in a place of its own, the reason has the path of that test.
"""

from tests.documented import Block

_QUICK_START = "is the quick start in one line; tests/cluster/test_13_pages.py walks that"
_PUBLISHED = "asks for what is published"
BY_HAND: dict[str, dict[str, str]] = {
    "CONTRIBUTING.md": {
        "for each in": "needs kind and an engine for containers",
        "pre-commit install": "needs pre-commit; tests/unit/habits/test_make.py reads its hooks",
    },
    "README.md": {
        "make .venv/.installed": "asks the reader's own Prometheus; tests/contract/test_sources.py asks one",
        "make test": "is what runs the walk",
        "helm install alertgest charts/alertgest": _QUICK_START,
        "alertgest-ingest migrate": "is a list, and its second line never ends; tests/contract/test_cli.py runs each",
    },
    "charts/alertgest/README.md": {
        "helm install alertgest oci:": _QUICK_START,
    },
    "docs/operations.md": {
        "alertgest-digest noise": "needs a database; tests/contract/test_noise.py has one",
        "kubectl -n alerts exec alertgest-postgresql-0 -- pg_dump": "tests/cluster/test_08_disruption.py runs it",
        "kubectl -n alerts patch pvc": "needs a storage class that can grow a volume, which the ring's node has not",
        "helm upgrade alertgest": "names Services of an operator; tests/cluster/test_05_sources.py has its own",
        "kubectl drain": "has a name to fill in; tests/cluster/test_08_disruption.py drains the node",
        "kubectl -n alerts delete pvc,secret,pod": "comes after an uninstall; tests/cluster/test_07_upgrade.py runs it",
    },
    "docs/releasing.md": {
        "git tag": "publishes a release",
        "cosign verify": _PUBLISHED,
        "docker buildx imagetools": _PUBLISHED,
    },
}


def is_by_hand(block: Block) -> bool:
    """Say whether a block is listed."""
    return any(block.text.startswith(begin) for begin in BY_HAND.get(block.page, {}))

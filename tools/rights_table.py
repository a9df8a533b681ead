"""Write ``docs/rights.md`` from the table of rights in the code; ``make docs`` runs it."""

from pathlib import Path

from digest.cluster.rights import LISTED, OWN_JOB, Right

FILE = Path(__file__).parents[1] / "docs" / "rights.md"

_HEAD = """# Rights in the cluster

The digest only reads, and this is all that it asks the API server for; `alertgest-digest check` prints each rule that
is missing. No secrets, no configmaps, no logs. What may not be listed is named on the card, and the digest goes out
without it. With `K8S_CONTEXT_NAMESPACES` a Role in each namespace is enough, and nothing is asked about nodes. The
ingest pod needs no rights and no token.

| API group | resource | verb | needed by | scope |
| --- | --- | --- | --- | --- |
"""

_TAIL = """
`check` also creates SelfSubjectAccessReviews, which every account may do. The last row is asked of the program's own
namespace alone: the annotation of its own Job says whether a person made it. Without that right, the Job's name tells.
"""


def document() -> str:
    """Return the whole page."""
    return _HEAD + "".join(_row(right) for right in (*LISTED, OWN_JOB)) + _TAIL


def _row(right: Right) -> str:
    needed = ", ".join(f"`{command}`" for command in sorted(right.commands))
    scope = "own namespace" if right is OWN_JOB else "cluster" if right.of_nodes else "cluster or namespaces"
    return f"| `{right.group or 'core'}` | `{right.resource}` | `{right.verb}` | {needed} | {scope} |\n"


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")

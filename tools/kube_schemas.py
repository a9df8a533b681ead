"""JSON schemas of Kubernetes' objects for kubeconform, from the package ``kubernetes-validate``, without a download.

The package keeps them as ``v1.37.0-local-strict`` with references that kubeconform does not resolve; they are written
once to the cache, in the layout that it looks for.
"""

import json
from importlib import resources
from pathlib import Path
from typing import Any

from tools.binaries import root

SOURCE = Path(str(resources.files("kubernetes_validate"))) / "kubernetes-json-schema"
_DEFINITIONS = "_definitions.json"


def versions() -> list[str]:
    """Return the versions of Kubernetes that there are schemas of, the oldest first."""
    names = [path.name.removeprefix("v").removesuffix("-local-strict") for path in SOURCE.glob("v*-local-strict")]
    return sorted(names, key=lambda name: [int(part) for part in name.split(".")])


def folder(version: str) -> Path:
    """Return the folder above the schemas of a version, written if they are not there."""
    made = root() / "kube-schemas" / f"v{version}-standalone-strict"
    if not (made / ".whole").exists():
        made.mkdir(parents=True, exist_ok=True)
        for file in (SOURCE / f"v{version}-local-strict").glob("*.json"):
            (made / file.name).write_text(json.dumps(_resolvable(json.loads(file.read_text()))))
        (made / ".whole").touch()
    return made.parent


def _resolvable(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a schema whose references are relative to its own folder."""
    if isinstance(value, list):
        return [_resolvable(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _resolvable(one) for key, one in value.items() if not (key == "$id" and isinstance(one, str))}
    reference = kept.get("$ref")
    if isinstance(reference, str) and _DEFINITIONS in reference:
        kept["$ref"] = _DEFINITIONS + reference.partition(_DEFINITIONS)[2]
    return kept

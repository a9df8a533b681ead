"""Which rights the program lacks: the API server is asked about each one of the table."""

from collections.abc import Iterator
from dataclasses import dataclass

from digest.cluster.api import Api, UnavailableError
from digest.cluster.rights import OWN_JOB, Right, rights
from digest.cluster.settings import ClusterSettings

_REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
COMMANDS = ("run", "snapshot")


@dataclass(frozen=True)
class Lacking:
    """A right that is lacking in a namespace (empty: everywhere)."""

    right: Right
    namespace: str

    @property
    def rule(self) -> str:
        """The rule that gives it, as a Role or ClusterRole has it."""
        return f'apiGroups: ["{self.right.group}"], resources: ["{self.right.resource}"], verbs: ["{self.right.verb}"]'


def needed(settings: ClusterSettings, own_namespace: str) -> Iterator[tuple[Right, str]]:
    """Yield every right that the commands need, with the namespace that it is needed in."""
    every = dict.fromkeys(
        right
        for command in COMMANDS
        for right in rights(command, namespaced=bool(settings.namespaces), metrics=settings.metrics)
    )
    for right in every:
        for namespace in settings.namespaces or ("",):
            yield right, namespace
    if own_namespace:
        yield OWN_JOB, own_namespace


def lacking(api: Api, settings: ClusterSettings, own_namespace: str) -> Iterator[Lacking]:
    """Yield the rights that the program lacks; raises UnavailableError where the API server cannot be asked."""
    for right, namespace in needed(settings, own_namespace):
        attributes = {"verb": right.verb, "group": right.group, "resource": right.resource, "namespace": namespace}
        answer = api.post(_REVIEW, {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                                    "spec": {"resourceAttributes": attributes}})  # fmt: skip
        if not isinstance(answer, dict) or "status" not in answer:
            raise UnavailableError("the answer of the API server cannot be read")
        if not answer["status"].get("allowed"):
            yield Lacking(right, namespace)

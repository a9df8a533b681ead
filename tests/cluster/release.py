"""A release of the chart in a namespace, and what its people ask of it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.chart.conftest import CHART, tool
from tests.cluster.cluster import Cluster, Object, eventually
from tests.cluster.diagnosis import diagnose
from tests.cluster.neighbours import NEIGHBOURS, TEAMS, WORKFLOWS

if TYPE_CHECKING:
    import subprocess

IMAGES = {
    "ingest": {"image": {"registry": "localhost", "repository": "alertgest/ingest"}},
    "digest": {"image": {"registry": "localhost", "repository": "alertgest/digest"}},
    "postgresql": {"image": {"registry": "localhost", "repository": "postgres"}},
    "ollama": {"model": "qwen2.5-coder:0.5b", "image": {"registry": "localhost", "repository": "ollama", "tag": "1"}},
    "caBundle": {"configMap": "authorities"},
    "context": {"snapshotSchedule": "0 0 29 2 *"},
}
"""Where a test's images are, which model its Ollama has, who vouches for its Teams, and no look but those asked for."""
BY_HAND = {"digest": {"suspend": True}}
"""No card but those that a test asks for, whatever the time of day."""
NO_MODEL = {"ollama": {"use": False, "enabled": False}}


@dataclass(frozen=True)
class Release:
    """A release, by the version of Helm that installed it."""

    cluster: Cluster
    namespace: str
    name: str = "alertgest"
    helm: str = "helm"
    chart: Path = CHART
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def workflow(self) -> str:
        """Return the path of this release's workflow at the stand-in for Teams."""
        return f"/{self.namespace}"

    def run_helm(self, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        """Run Helm in the namespace."""
        return self.cluster.run(tool(self.helm), "-n", self.namespace, *arguments, given=given)

    @property
    def notes(self) -> str:
        """Return what the release tells who installed it."""
        return self.run_helm("get", "notes", self.name).stdout

    def shell(self, command: str) -> "subprocess.CompletedProcess[str]":
        """Run a line of the documentation."""
        return self.cluster.run("sh", "-c", command)

    def install(self, *more: str, seconds: int = 120) -> str:
        """Install it and wait until everything is ready; return what Helm printed."""
        return self._deploy("install", *more, seconds=seconds)

    def upgrade(self, *more: str, seconds: int = 120) -> str:
        """Upgrade it and wait until everything is ready; return what Helm printed."""
        return self._deploy("upgrade", *more, seconds=seconds)

    def _deploy(self, verb: str, *more: str, seconds: int) -> str:
        url = {"teams": {"webhookUrl": f"{WORKFLOWS}{self.workflow}?sig=not-a-real-one"}}
        values = yaml.safe_dump(merged(merged(IMAGES, url), self.values))
        wait = ["--wait", f"--timeout={seconds}s"]
        done = self.run_helm(verb, self.name, str(self.chart), "--values=-", *wait, *more, given=values)
        if done.returncode:
            why = diagnose(self.cluster, self.namespace)
            raise AssertionError("\n".join((f"helm {verb}: {done.stderr.strip()}", *why)))
        return done.stdout

    def running(self, component: str) -> list[Object]:
        """Return the pods of a component that are not about to end."""
        pods = self.cluster.pods(self.namespace, instance=self.name, component=component)
        return [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]

    def only(self, component: str) -> str:
        """Return the name of the only pod of a component, once others of it are about to end."""

        def name() -> str | None:
            pods = self.running(component)
            return str(pods[0]["metadata"]["name"]) if len(pods) == 1 else None

        return eventually(name, f"a single pod of {component}")

    def granted(self) -> set[tuple[str, str, str]]:
        """Return what the digest may ask of the cluster: API group, resource and verb."""
        return rights(self.cluster.get("clusterrole", f"{self.namespace}-{self.name}-digest"))

    def sql(self, statement: str) -> list[list[str]]:
        """Return the rows of a statement, as text, asked in the pod of the bundled PostgreSQL."""
        command = (
            "psql",
            "-U",
            "alertgest",
            "-d",
            "alertgest",
            "-v",
            "ON_ERROR_STOP=1",
            "-At",
            "-F",
            "\t",
            "-c",
            statement,
        )
        said = self.cluster.kubectl("-n", self.namespace, "exec", f"{self.name}-postgresql-0", "--", *command)
        return [line.split("\t") for line in said.splitlines()]

    def names(self) -> list[str]:
        """Return the names of the alerts that are kept, each as often as it is there."""
        return [row[0] for row in self.sql("SELECT alertname FROM alerts ORDER BY 1")]

    def metrics(self) -> str:
        """Return the receiver's metrics."""
        return self.cluster.read(f"{self.namespace}/{self.name}-ingest:9090", "/metrics")

    def posts(self) -> list[object]:
        """Return what its workflow got, oldest first."""
        found: list[object] = self.cluster.ask(TEAMS, self.workflow)
        return found

    def answer(self, status: int = 202, *, hold: bool = False) -> None:
        """Say how its workflow answers from now on."""
        self.cluster.tell(f"{NEIGHBOURS}/teams", 8080, self.workflow, {"status": status, "hold": hold})

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let its workflow take posts without an answer as long as the block lasts."""
        self.answer(hold=True)
        try:
            yield
        finally:
            self.answer()

    def create_job(self, name: str, cronjob: str = "digest", **variables: str) -> None:
        """Make a Job from a CronJob as a person does, with further variables in its container."""
        command = ("-n", self.namespace, "create", "job", f"--from=cronjob/{self.name}-{cronjob}", name)
        if not variables:
            self.cluster.kubectl(*command)
            return
        job = json.loads(self.cluster.kubectl(*command, "--dry-run=client", "-o", "json"))
        (container,) = job["spec"]["template"]["spec"]["containers"]
        container["env"] = [one for one in container["env"] if one["name"] not in variables]
        container["env"] += [{"name": key, "value": value} for key, value in variables.items()]
        self.cluster.kubectl("create", "-f", "-", given=json.dumps(job))

    def finished(self, job: str, seconds: float = 120) -> str:
        """Wait for the end of a Job and return how it ended: ``Complete``, or the reason for which it failed."""
        return eventually(lambda: _end(self.job(job)), f"the end of the Job {job}", seconds)

    def job(self, name: str) -> Object:
        """Return a Job."""
        found: Object = self.cluster.get("-n", self.namespace, "job", name)
        return found

    def log(self, job: str) -> str:
        """Return the log of a Job's pods."""
        return self.cluster.kubectl(
            "-n", self.namespace, "logs", "-l", f"batch.kubernetes.io/job-name={job}", "--tail=-1"
        )

    def digest(self, name: str, **variables: str) -> object:
        """Let a Job make a digest that reaches the workflow, and return what was posted."""
        before = len(self.posts())
        self.create_job(name, **variables)
        assert self.finished(name) == "Complete", self.log(name)
        posts: list[object] = self.posts()[before:]
        assert len(posts) == 1, f"{len(posts)} cards: {self.log(name)}"
        return posts[0]


def rights(role: Object) -> set[tuple[str, str, str]]:
    """Return each right of a role: API group, resource and verb."""
    every = [product(rule["apiGroups"], rule["resources"], rule["verbs"]) for rule in role["rules"]]
    return {right for one in every for right in one}


def _end(job: Object) -> str:
    for condition in job.get("status", {}).get("conditions", []):
        if condition["type"] in {"Complete", "Failed"} and condition["status"] == "True":
            return "Complete" if condition["type"] == "Complete" else str(condition["reason"])
    return ""


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with others over them, as Helm merges them."""
    both = {key: merged(one[key], other[key]) for key in one.keys() & other.keys()
            if isinstance(one[key], Mapping) and isinstance(other[key], Mapping)}  # fmt: skip
    return {**one, **other, **both}

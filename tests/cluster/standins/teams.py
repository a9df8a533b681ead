"""In the place of a Teams workflow, in a pod: it keeps what is posted, and answers as it was last told.

``POST /NAME`` is a workflow, behind https on 443. On 8080, for the tests, ``GET /NAME`` returns what it got, oldest
first, and ``POST /NAME`` takes ``{"status": 202, "hold": false}``: with ``hold`` its answers wait until told otherwise.
"""

import json
import signal
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.serving import answer_json, serving


@dataclass
class Workflow:
    """What one workflow got, and how it answers."""

    posts: list[Any] = field(default_factory=list)
    status: int = 202
    hold: bool = False


_told = threading.Condition()
_workflows: defaultdict[str, Workflow] = defaultdict(Workflow)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def workflow(self) -> Workflow:
        return _workflows[self.path.partition("?")[0]]

    def body(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


class _Teams(_Handler):
    def do_POST(self) -> None:
        with _told:
            workflow = self.workflow()
            workflow.posts.append(self.body())
            _told.wait_for(lambda: not workflow.hold)
            status = workflow.status
        answer_json(self, status, {})


class _Tests(_Handler):
    def do_GET(self) -> None:
        with _told:
            answer_json(self, 200, self.workflow().posts)

    def do_POST(self) -> None:
        with _told:
            told = self.body()
            workflow = self.workflow()
            workflow.status, workflow.hold = told.get("status", 202), told.get("hold", False)
            _told.notify_all()
        answer_json(self, 200, {})


if __name__ == "__main__":
    pod = "0.0.0.0"  # noqa: S104 - a pod serves its cluster
    with serving(_Teams, Path("/tls/both.pem"), (pod, 443)), serving(_Tests, at=(pod, 8080)):
        signal.sigwait({signal.SIGTERM, signal.SIGINT})

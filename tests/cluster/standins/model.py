"""In the place of Ollama, in a pod: the stand-in of the other tests, with the recorded answers of a real server.

It has the model of the chart, and gives each group of alerts an answer that says nothing.
"""

import signal

from tests.ollama import ollama

if __name__ == "__main__":
    with ollama(at=("0.0.0.0", 11434)) as state:  # noqa: S104 - a pod serves its cluster
        state.pull = "pull_success.ndjson"
        signal.sigwait({signal.SIGTERM, signal.SIGINT})

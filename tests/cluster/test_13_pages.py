"""A newcomer follows the quick start on a cluster without Alertgest, as it stands, and then types what other pages say.

What the ring's machine has not is put in their place: the chart of the checkout for the published one, its images, and
who vouches for the Teams of the tests. The URL of the workflow is typed where the page asks for it.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.by_hand import is_by_hand
from tests.chart.conftest import CHART
from tests.cluster.card import words
from tests.cluster.cluster import Cluster, eventually
from tests.cluster.diagnosis import diagnose
from tests.cluster.neighbours import TEAMS, WORKFLOWS, start_alertmanager
from tests.cluster.release import IMAGES
from tests.documented import Block, blocks, missing, pages, steps
from tests.newcomer import publish

PAGE = "docs/quick-start.md"
NAMESPACE = "alerts"
PUBLISHED = "oci://ghcr.io/alertgest/charts/alertgest"
GIVEN = "-f alertgest.yaml"
WORKFLOW = "/quick-start"
MINUTES = 600


def typed(page: str) -> list[tuple[Block, str]]:
    """Return the commands of a page that need a cluster, each with the output that the page promises."""
    return [(block, output) for block, output in steps(page) if block.needs_cluster and not is_by_hand(block)]


OTHERS = [page for page in pages() if page != PAGE and typed(page)]


class Newcomer:
    """Somebody who types what the pages say, in a checkout."""

    def __init__(self, cluster: Cluster, checkout: Path, more: Path) -> None:
        """Use a cluster, a checkout to be in, and a file with the values of the ring."""
        self.cluster = cluster
        self._checkout = checkout
        self._more = more
        self._left = iter(typed(PAGE))

    def type(self, block: Block, output: str) -> None:
        """Type a block, which must go well and print what is promised."""
        commands = block.text.replace(PUBLISHED, str(CHART)).replace(GIVEN, f"{GIVEN} -f {self._more}")
        shell = ("bash", "-euo", "pipefail", "-c", f'cd "$0"; exec 2>&1; {commands}', str(self._checkout))
        done = self.cluster.run(*shell, given=f"{WORKFLOWS}{WORKFLOW}?sig=not-a-real-one\n", seconds=MINUTES)
        said = f"{block.page}:{block.line}\n{commands}\n{done.stdout}"
        assert done.returncode == 0, "\n".join((said, *diagnose(self.cluster, NAMESPACE)))
        assert missing(output, done.stdout) == [], said

    def follow(self, through: str) -> None:
        """Type the next blocks of the quick start, up to the one that has these words."""
        for block, output in self._left:
            self.type(block, output)
            if through in block.text:
                return
        pytest.fail(f"{PAGE} says nothing of {through!r} where the walk has come to")

    def cards(self) -> list[str]:
        """Return what a person reads on each card that came, oldest first."""
        return [words(post) for post in self.cluster.ask(TEAMS, WORKFLOW)]


@pytest.fixture(scope="module")
def somebody(cluster: Cluster, authority: Path, tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    """Take the release of the other steps away; return somebody with a checkout and the namespace of the page."""
    folder = tmp_path_factory.mktemp("newcomer")
    cluster.run("helm", "-n", NAMESPACE, "uninstall", "alertgest", "--ignore-not-found", "--wait", "--timeout=2m")
    cluster.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=2m")
    publish(folder / "checkout")
    (folder / "more.yaml").write_text(yaml.safe_dump(IMAGES))
    made = Newcomer(cluster, folder / "checkout", folder / "more.yaml")
    made.follow("kubectl create namespace")
    cluster.kubectl("-n", NAMESPACE, "create", "configmap", "authorities", f"--from-file=ca.crt={authority}")
    return made


def test_the_page_names_what_is_put_in_place() -> None:
    (install,) = (block.text for block, _ in typed(PAGE) if "helm install" in block.text)
    assert install.count(PUBLISHED) == install.count(GIVEN) == 1


def test_it_is_installed(somebody: Newcomer) -> None:
    somebody.follow("helm install")


def test_its_test_passes(somebody: Newcomer) -> None:
    somebody.follow("helm test")


def test_a_test_card_comes(somebody: Newcomer) -> None:
    somebody.follow("DIGEST_COMMAND=send-test")
    (card,) = somebody.cards()
    assert "Alertgest can reach this channel" in card


def test_the_receiver_of_the_page_brings_what_fires(somebody: Newcomer) -> None:
    config = yaml.safe_load(next(block.text for block in blocks(PAGE) if "webhook_configs" in block.text))
    config["route"]["receiver"] = "default"
    config["route"]["routes"][0] |= {"group_wait": "1s", "group_interval": "2s"}
    config["receivers"].append({"name": "default"})
    start_alertmanager(somebody.cluster, NAMESPACE, yaml.safe_dump(config))
    labels = {"alertname": "FirstOfAll", "severity": "critical", "namespace": "shop"}
    fires = [{"labels": labels, "startsAt": (datetime.now(UTC) - timedelta(minutes=5)).isoformat()}]
    somebody.cluster.tell(f"{NAMESPACE}/alertmanager", 9093, "/api/v2/alerts", fires)
    asked = ("-n", NAMESPACE, "exec", "alertgest-postgresql-0", "--", "psql", "-U", "alertgest", "-Atc")
    eventually(
        lambda: "FirstOfAll" in somebody.cluster.kubectl(*asked, "SELECT alertname FROM alerts"), "the alert as a row"
    )
    somebody.follow("psql")


def test_a_digest_comes_at_once_and_tells_it(somebody: Newcomer) -> None:
    before = len(somebody.cards())
    somebody.follow("digest-now")
    (card,) = somebody.cards()[before:]
    assert "On request" in card
    assert "FirstOfAll" in card


@pytest.mark.parametrize("page", OTHERS)
def test_what_another_page_says_works_on_what_the_quick_start_gave(somebody: Newcomer, page: str) -> None:
    gone = ("-n", NAMESPACE, "delete", "jobs", "--all", "--cascade=foreground")  # pages name theirs alike
    somebody.cluster.kubectl(*gone)
    for block, output in typed(page):
        somebody.type(block, output)


def test_nothing_is_left_behind(somebody: Newcomer) -> None:
    somebody.follow("helm uninstall")
    left = somebody.cluster.get("clusterroles,clusterrolebindings,namespaces")
    names = [one["metadata"]["name"] for one in left]
    assert [name for name in names if name == NAMESPACE or name.startswith(f"{NAMESPACE}-alertgest")] == []

"""The Kubernetes of the tests with their images, for a person: a shell until it is left (``make cluster``)."""

from tests.cluster import images
from tests.cluster.cluster import Cluster
from tests.cluster.conftest import LOGS
from tools.binaries import NODE, build_all
from tools.kube.machine import running

if __name__ == "__main__":
    build_all(NODE)  # before it is in a network without a way out
    with running(images.archives(), LOGS) as node:
        Cluster(node.kubeconfig, node.enter).shell()

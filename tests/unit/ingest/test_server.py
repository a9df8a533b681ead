"""The sockets of the receiver."""

import socket

from demo.postgres import free_port
from ingest.server import listen


def test_an_answer_does_not_wait_for_the_acknowledgement_of_its_head() -> None:
    port = free_port()
    with listen(port) as listening, socket.create_connection(("127.0.0.1", port)):
        connection, _ = listening.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

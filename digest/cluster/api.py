"""The API server over the official client: pages of a list, within a deadline, with errors in words of ours.

Only the transport and the credentials of the client are used; its models would decode every field of every object.
What the server says in an error is never repeated: it may hold names, tokens or whole requests.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import urllib3
from kubernetes.client import ApiClient, Configuration
from kubernetes.client.exceptions import ApiException
from kubernetes.config import ConfigException, load_incluster_config, load_kube_config

from digest.cluster.rights import Right

PAGE = 500
"""Objects of one answer."""
_TRIES = 2
_LONGEST_REQUEST_SECONDS = 10.0
_AGAIN = {429, 500, 502, 503, 504}
_REASONS = {
    401: "the API server does not accept the token (401)",
    403: "no right to {verb} them (403)",
    404: "the API server does not serve them (404)",
    410: "the list changed too fast (410)",
    429: "the API server is too busy (429)",
}
_UNREADABLE = "the answer of the API server cannot be read"
_NUL, _REPLACEMENT = rb"\u0000", rb"\ufffd"
"""What PostgreSQL cannot keep, and what stands for it."""
T = TypeVar("T")


class UnavailableError(Exception):
    """Something of the cluster cannot be had; the message says why in words of ours."""


class _BrokenConnectionError(UnavailableError):
    """The connection broke or was refused; worth one more try."""


@dataclass(frozen=True)
class Api:
    """A client and the time that is left; ``left`` returns seconds, ``wait`` sleeps."""

    client: ApiClient
    left: Callable[[], float]
    wait: Callable[[float], None]

    def items(self, right: Right, namespace: str, kind: type[T]) -> Iterator[T]:
        """Yield every object of a list, page by page; raises UnavailableError, perhaps after some of them."""
        decoder = msgspec.json.Decoder(_page_of(kind))
        after: str | None = ""
        while after is not None:
            query = [("limit", PAGE), *([("continue", after)] if after else [])]
            query += [("fieldSelector", right.fields)] if right.fields else []
            page = _decoded(decoder, self.get(right.path(namespace), query, right.verb))
            yield from page.items or []
            after = page.metadata.next or None

    def get(self, path: str, query: list[tuple[str, Any]], verb: str = "get") -> bytes:
        """Return the body of an answer to GET; raises UnavailableError."""
        return self._ask("GET", path, query, None, verb)

    def post(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON of any form
        """Return the JSON that answers a POST; raises UnavailableError."""
        try:
            return json.loads(self._ask("POST", path, [], body, "create"))
        except ValueError:
            raise UnavailableError(_UNREADABLE) from None

    def _ask(self, method: str, path: str, query: list[tuple[str, Any]], body: object, verb: str) -> bytes:
        for number in range(1, _TRIES + 1):
            try:
                status, content = self._once(method, path, query, body)
            except _BrokenConnectionError:
                if number == _TRIES:
                    raise
                continue
            if status < 300:  # noqa: PLR2004
                return content
            if status not in _AGAIN or number == _TRIES:
                break
            self.wait(min(1.0, max(0.0, self.left())))
        reason = _REASONS.get(status, f"the API server failed ({status})")
        raise UnavailableError(reason.format(verb=verb))

    def _once(self, method: str, path: str, query: list[tuple[str, Any]], body: object) -> tuple[int, bytes]:
        left = self.left()
        if left <= 0:
            raise UnavailableError("no answer in time")
        try:
            request = self.client.param_serialize(
                method, path, query_params=query, body=body, auth_settings=["BearerToken"],
                header_params={"Accept": "application/json", "Content-Type": "application/json"},
            )  # fmt: skip
            answer = self.client.call_api(*request, _request_timeout=min(left, _LONGEST_REQUEST_SECONDS))
            return answer.status, bytes(answer.response.data)
        except ApiException:
            raise UnavailableError("the certificate of the API server cannot be verified") from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _transport(error) from None


def connect_api(kubeconfig: str, left: Callable[[], float], wait: Callable[[float], None]) -> Api | None:
    """Return the API server of this pod or of the kubeconfig, asked without a proxy; None where there is neither.

    Raises UnavailableError for a kubeconfig that cannot be used.
    """
    configuration = Configuration()
    configuration.proxy, configuration.retries = "", 0
    try:
        load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
    except ConfigException:
        try:
            load_kube_config(kubeconfig or None, client_configuration=configuration, persist_config=False)  # type: ignore[no-untyped-call]
        except ConfigException as error:
            if "No configuration found" in str(error):
                return None
            raise UnavailableError("the kubeconfig cannot be used (KUBECONFIG)") from None
        except Exception:  # noqa: BLE001 - a file of somebody else's, read by a library that promises no error
            raise UnavailableError("the kubeconfig cannot be read (KUBECONFIG)") from None
    configuration.proxy = ""
    return Api(ApiClient(configuration), left, wait)


class _ListMetadata(msgspec.Struct):
    next: str | None = msgspec.field(default="", name="continue")


def _page_of(kind: type[Any]) -> Any:  # noqa: ANN401 - a type that is made here
    items: Any = list[kind]  # type: ignore[valid-type]
    metadata = msgspec.field(default_factory=_ListMetadata)
    return msgspec.defstruct("Page", [("items", items | None, None), ("metadata", _ListMetadata, metadata)])


def _decoded(decoder: msgspec.json.Decoder[Any], content: bytes) -> Any:  # noqa: ANN401
    try:
        return decoder.decode(content.replace(_NUL, _REPLACEMENT))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise UnavailableError(_UNREADABLE) from None


def _transport(error: Exception) -> UnavailableError:
    told = repr(error)
    if "SSL" in told or "certificate" in told.lower():
        return UnavailableError("the certificate of the API server cannot be verified")
    if "Timeout" in told or "timed out" in told:
        return UnavailableError("no answer in time")
    return _BrokenConnectionError("the API server cannot be reached")

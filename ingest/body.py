"""Read the body of a request within limits that keep a small pod alive whatever is sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect, Request

from ingest.settings import Limits


class RefusedError(Exception):
    """A request that gets an answer other than 200 before anything is kept."""

    def __init__(self, code: int, reason: str) -> None:
        """Keep the status code and the reason that the sender reads."""
        super().__init__(reason)
        self.code = code


class BodyReader:
    """Reads bodies and knows how many bytes of them are held at present."""

    def __init__(self, limits: Limits) -> None:
        """Start with nothing held."""
        self._limits, self._held = limits, 0

    @asynccontextmanager
    async def read(self, request: Request) -> AsyncIterator[bytes]:
        """Yield the body, which counts as held until the caller is done with it; raises RefusedError."""
        body = bytearray()
        try:
            await self._fill(body, request)
            yield bytes(body)
        finally:
            self._held -= len(body)

    async def _fill(self, body: bytearray, request: Request) -> None:
        limits = self._limits
        too_large = RefusedError(413, f"the body is larger than {limits.body_bytes} bytes (MAX_BODY_BYTES)")
        if int(request.headers.get("content-length") or 0) > limits.body_bytes:
            raise too_large
        try:
            async with asyncio.timeout(limits.read_seconds):
                async for part in request.stream():
                    body += part
                    self._held += len(part)
                    if len(body) > limits.body_bytes:
                        raise too_large
                    if self._held > limits.in_flight_bytes:
                        raise RefusedError(503, "too much is in flight (MAX_IN_FLIGHT_BYTES); try again")
        except TimeoutError:
            raise RefusedError(408, f"the body did not come within {limits.read_seconds} s") from None
        except ClientDisconnect:
            raise RefusedError(400, "the sender went away") from None

"""The receiver as a Starlette application: committed, then answered."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from uuid import uuid4

from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest.auth import source_of
from ingest.keep import DatabaseAwayError, Keeper
from ingest.metrics import Metrics
from ingest.payload import PayloadError, Rejected, TooManyAlertsError, parse
from ingest.settings import IngestSettings
from store.connect import CONNECT_TIMEOUT, connect
from store.errors import DependencyDownError
from store.windows import ensure_windows

Clock = Callable[[], datetime]
_POOL_TIMEOUT_SECONDS = 2.0
_MOST_WAITING = 64
_ROUND_SECONDS = 30.0
_RETRY = {"Retry-After": "5"}
_log = logging.getLogger("alertgest.ingest")


class RefusedError(Exception):
    """A request that gets an answer other than 200 before anything is kept."""

    def __init__(self, code: int, reason: str) -> None:
        """Keep the status code and the reason that the sender reads."""
        super().__init__(reason)
        self.code, self.reason = code, reason


class Receiver:
    """The endpoints, over a pool, a clock and the settings."""

    def __init__(self, settings: IngestSettings, clock: Clock) -> None:
        """Make the pool; it is opened with the application."""
        self.settings, self.clock, self.metrics = settings, clock, Metrics()
        self.pool = AsyncConnectionPool(
            settings.database_url,
            min_size=1,
            max_size=settings.pool_size,
            open=False,
            timeout=_POOL_TIMEOUT_SECONDS,
            max_waiting=_MOST_WAITING,
            kwargs={"autocommit": True, "connect_timeout": CONNECT_TIMEOUT, "prepare_threshold": None},
        )
        self.keeper = Keeper(self.pool, discard_outside=settings.discard_outside)
        self._in_flight = 0

    async def receive(self, request: Request) -> Response:
        """Take a webhook."""
        trace = uuid4().hex
        try:
            answer = await self._take(request, trace)
        except RefusedError as refused:
            answer = _answer(refused.code, refused.reason)
        except DatabaseAwayError as error:
            _log.error(
                "the database did not take a webhook: %s", error, extra={"component": "receiver", "trace_id": trace}
            )
            answer = _answer(503, "the database is away; try again")
        self.metrics.webhooks.labels(str(answer.status_code)).inc()
        return answer

    async def _take(self, request: Request, trace: str) -> Response:
        source = source_of(request.headers.get("authorization", ""), self.settings.tokens, self.settings.basic)
        if source is None:
            raise RefusedError(401, "a known bearer token or user is needed (AUTH_TOKENS, AUTH_BASIC)")
        if request.headers.get("content-encoding", "identity") != "identity":
            raise RefusedError(415, "send the body without Content-Encoding")
        body = bytearray()
        try:
            await self._read(request, body)
            return await self._keep(bytes(body), source, trace)
        finally:
            self._in_flight -= len(body)

    async def _read(self, request: Request, body: bytearray) -> None:
        limits = self.settings.limits
        if int(request.headers.get("content-length") or 0) > limits.body_bytes:
            raise RefusedError(413, f"the body is larger than {limits.body_bytes} bytes (MAX_BODY_BYTES)")
        try:
            async with asyncio.timeout(limits.read_seconds):
                async for part in request.stream():
                    body += part
                    self._in_flight += len(part)
                    if len(body) > limits.body_bytes:
                        raise RefusedError(413, f"the body is larger than {limits.body_bytes} bytes (MAX_BODY_BYTES)")
                    if self._in_flight > limits.in_flight_bytes:
                        raise RefusedError(503, "too much is in flight; try again")
        except TimeoutError:
            raise RefusedError(408, f"the body did not come within {limits.read_seconds} s") from None
        except ClientDisconnect:
            raise RefusedError(400, "the sender went away") from None

    async def _keep(self, body: bytes, source: str, trace: str) -> Response:
        now = self.clock()
        try:
            message = parse(body, now, self.settings.limits.alerts)
        except TooManyAlertsError as error:
            raise RefusedError(413, str(error)) from None
        except PayloadError as error:
            await self.keeper.quarantine(Rejected(str(error), body), source, now)
            raise RefusedError(400, str(error)) from None
        kept = await self.keeper.keep(message, source, now)
        self.metrics.count(message, kept)
        count = len(message.episodes) + len(message.rejected)
        _log.info("webhook kept", extra={"component": "receiver", "trace_id": trace, "alert_count": count})
        return JSONResponse(
            {
                "new": kept.inserted,
                "merged": kept.merged,
                "discarded": kept.discarded,
                "quarantined": len(message.rejected),
            }
        )

    async def health(self, _: Request) -> Response:
        """Say that the process runs; the database is not asked."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _: Request) -> Response:
        """Say whether the database answers and has a schema."""
        try:
            rows = await self.keeper.fetch("ping")
        except DatabaseAwayError:
            return _answer(503, "the database is away or lacks the schema; run `alertgest-ingest migrate`")
        return JSONResponse({"status": "ok", "schema": rows[0][0]})

    async def expose(self, _: Request) -> Response:
        """Return the metrics; the digest's totals are those last read where the database is away."""
        with suppress(DatabaseAwayError):
            self.metrics.totals = [(row[0], row[1], row[2]) for row in await self.keeper.fetch("totals")]
            self.metrics.window_active.set((await self.keeper.fetch("window_active", now=self.clock()))[0][0])
        return Response(self.metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def keep_windows(self) -> None:
        """Make the window rows, again and again; capture neither waits for nor fails on it."""
        while True:
            try:
                await asyncio.to_thread(self._ensure_windows)
            except Exception as error:  # noqa: BLE001 - whatever is wrong, the next round may work
                _log.warning("windows could not be made: %s", type(error).__name__, extra={"component": "receiver"})
            await asyncio.sleep(_ROUND_SECONDS)

    def _ensure_windows(self) -> None:
        with suppress(DependencyDownError), connect(self.settings.database_url) as conn:
            ensure_windows(conn, self.settings.schedule, self.clock)


def create_app(settings: IngestSettings, clock: Clock) -> Starlette:
    """Return the application; ``clock`` gives the aware UTC time of receipt."""
    receiver = Receiver(settings, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await receiver.pool.open()
        windows = asyncio.create_task(receiver.keep_windows())
        try:
            yield
        finally:
            windows.cancel()
            await receiver.pool.close()

    routes = [Route(path, receiver.receive, methods=["POST", "PUT"]) for path in ("/api/v1/alerts", "/api/v2/alerts")]
    routes += [Route("/health", receiver.health), Route("/ready", receiver.ready), Route("/metrics", receiver.expose)]
    return Starlette(routes=routes, lifespan=lifespan)


def _answer(code: int, reason: str) -> JSONResponse:
    return JSONResponse({"error": reason}, status_code=code, headers=_RETRY if code == 503 else None)  # noqa: PLR2004

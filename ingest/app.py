"""The receiver as a Starlette application: committed, then answered."""

import asyncio
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest.auth import source_of
from ingest.batch import Told
from ingest.body import BodyReader, RefusedError
from ingest.database import Database, DatabaseAwayError, prepare_statements
from ingest.group import GroupCommit
from ingest.keep import Keeper, Kept
from ingest.metrics import Metrics
from ingest.minutes import Minute, Minutes
from ingest.payload import Message, PayloadError, TooManyAlertsError, parse, unreadable
from ingest.settings import IngestSettings
from ingest.windows import Windows
from store.connect import PARAMETERS
from store.log import Log

Clock = Callable[[], datetime]
Keep = Callable[[Told], Awaitable[Kept]]
_POOL_TIMEOUT_SECONDS = 2.0
_RECONNECT_SECONDS = 5.0
"""How long the pool tries by itself, less and less often, before the next request makes it try at once."""
_MOST_WAITING = 64
_ROUND_SECONDS = 30.0
_MINUTES_ROUND_SECONDS = 2.0
"""How soon after its begin a minute is told; while the database is away, how often it is asked again."""
_HEADERS = {503: {"Retry-After": "5"}, 408: {"Connection": "close"}}
"""What some answers say beside their body; after 408 what comes next could be read as the rest of the body."""
_PATIENCE_SECONDS = 30.0
"""How long the pod stays ready while the database is away: no other replica would do better."""
_BYTES_WORTH_A_THREAD = 1_048_576


class Receiver:
    """The endpoints, over a pool, a clock that gives the aware UTC time of receipt, a log and the settings."""

    def __init__(self, settings: IngestSettings, clock: Clock, log: Log) -> None:
        """Make the pool; it is opened with the application."""
        self.settings, self.clock, self.log, self.metrics = settings, clock, log, Metrics()
        self.pool = AsyncConnectionPool(
            settings.database_url,
            min_size=1,
            max_size=settings.pool_size,
            open=False,
            timeout=_POOL_TIMEOUT_SECONDS,
            max_waiting=_MOST_WAITING,
            reconnect_timeout=_RECONNECT_SECONDS,
            kwargs=PARAMETERS,
            configure=prepare_statements,
        )
        self.windows = Windows(settings.database_url, settings.schedule, clock)
        self.bodies = BodyReader(settings.limits)
        self.minutes = Minutes(f"{socket.gethostname()}-{uuid4().hex[:8]}")
        database = Database(self.pool, lambda took: self.minutes.asked_database(self.clock(), took=took))
        self.keeper = Keeper(database, discard_outside=settings.discard_outside, heartbeats=settings.heartbeats)
        self.keep: Keep = GroupCommit(self.keeper.keep, self.keeper.sift, _writers(settings.pool_size)).keep
        self._schema, self._away_since = 0, 0.0

    async def receive(self, request: Request) -> Response:
        """Take a webhook."""
        trace = uuid4().hex
        try:
            answer = await self._take(request, trace)
        except RefusedError as refused:
            self.log("warning", f"webhook refused: {refused}", trace_id=trace, status=refused.code)
            answer = _answer(refused.code, str(refused))
        except DatabaseAwayError as error:
            self.log("error", f"the database did not take a webhook: {error}", trace_id=trace, status=503)
            answer = _answer(503, "the database is away; try again")
        except Exception:  # noqa: BLE001 - whatever it is, the sender reads an answer and the log says what
            self.log("error", "a webhook failed", trace_id=trace, status=500, exception=traceback.format_exc())
            answer = _answer(500, f"unexpected; the log has it under trace_id {trace}")
        self.metrics.webhooks.labels(str(answer.status_code)).inc()
        self.minutes.answered(self.clock(), answer.status_code)
        return answer

    async def _take(self, request: Request, trace: str) -> Response:
        source = source_of(request.headers.get("authorization", ""), self.settings.tokens, self.settings.basic)
        if source is None:
            raise RefusedError(401, "a known bearer token or user is needed (AUTH_TOKENS, AUTH_BASIC)")
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise RefusedError(415, "send the body without Content-Encoding")
        async with self.bodies.read(request) as body:
            return await self._keep(body, source, trace)

    async def _keep(self, body: bytes, source: str, trace: str) -> Response:
        now = self.clock()
        try:
            message = await self._parse(body, now)
        except TooManyAlertsError as error:
            raise RefusedError(413, str(error)) from None
        except PayloadError as error:
            await self.keeper.quarantine(Told(unreadable(str(error), body), source, now))
            raise RefusedError(400, str(error)) from None
        if self.settings.discard_outside:
            await self.windows.wait(now)
        told = Told(message, source, now, len(body))
        kept = await self.keep(told)
        self.metrics.count(message, kept)
        self.log("info", "webhook kept", trace_id=trace, alert_count=told.size, status=200)
        return JSONResponse(
            {
                "new": kept.inserted,
                "merged": kept.merged,
                "discarded": kept.discarded,
                "quarantined": kept.quarantined,
            }
        )

    async def _parse(self, body: bytes, now: datetime) -> Message:
        """Read a large body beside the event loop, so that /health answers meanwhile."""
        if len(body) < _BYTES_WORTH_A_THREAD:
            return parse(body, now, self.settings.limits.alerts)
        return await asyncio.to_thread(parse, body, now, self.settings.limits.alerts)

    async def health(self, _: Request) -> Response:
        """Say that the process runs, and note the minute in which it did; the database is not asked."""
        self.minutes.live(self.clock())
        return JSONResponse({"status": "ok"})

    async def ready(self, _: Request) -> Response:
        """Say whether the database answers and has a schema, or did so a short while ago."""
        now = asyncio.get_running_loop().time()
        try:
            self._schema, self._away_since = (await self.keeper.fetch("ping"))[0][0], 0.0
        except DatabaseAwayError:
            self._away_since = self._away_since or now
            if not self._schema or now - self._away_since >= _PATIENCE_SECONDS:
                return _answer(503, "the database is away or lacks the schema; run `alertgest-ingest migrate`")
        return JSONResponse({"status": "away" if self._away_since else "ok", "schema": self._schema})

    async def expose(self, _: Request) -> Response:
        """Return the metrics; the digest's totals are those last read where the database is away."""
        self.metrics.database_up.set(0)
        with suppress(DatabaseAwayError):
            self.metrics.totals = [(row[0], row[1], row[2]) for row in await self.keeper.fetch("totals")]
            active, size, overdue = (await self.keeper.fetch("gauges", now=self.clock()))[0]
            self.metrics.window_active.set(active)
            self.metrics.database_bytes.set(size)
            self.metrics.windows_overdue.set(overdue)
            self.metrics.database_up.set(1)
        return Response(self.metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def keep_windows(self) -> None:
        """Make the window rows, again and again; capture neither waits for nor fails on it."""
        while True:
            await self._try("windows could not be made", self.windows.make())
            await asyncio.sleep(_ROUND_SECONDS)

    async def keep_minutes(self) -> None:
        """Tell the database each minute that this process lives; what it does not take is told later."""
        while True:
            await self._try("minutes could not be told", self._live())
            await asyncio.sleep(_MINUTES_ROUND_SECONDS)

    async def end(self) -> None:
        """Tell the last minutes; takes no longer than one request to the database may."""
        await self._try("the last minutes could not be told", self._tell(self.minutes.untold()))

    async def _live(self) -> None:
        self.minutes.live(self.clock())
        await self._tell(self.minutes.due(self.clock()))

    async def _tell(self, minutes: tuple[Minute, ...]) -> None:
        if minutes:
            with suppress(DatabaseAwayError):
                await self.keeper.tell_minutes(self.minutes.receiver, minutes)
                self.minutes.told(minutes, self.clock())

    async def _try(self, failed: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the next round may work
            self.log("warning", f"{failed}: {type(error).__name__}")


def create_app(receiver: Receiver) -> Starlette:
    """Return the application around a receiver."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await receiver.pool.open()
        rounds = [asyncio.create_task(one) for one in (receiver.keep_windows(), receiver.keep_minutes())]
        try:
            yield
        finally:
            for one in rounds:
                one.cancel()
            await receiver.end()
            await receiver.pool.close()

    routes = [Route(path, receiver.receive, methods=["POST", "PUT"]) for path in ("/api/v1/alerts", "/api/v2/alerts")]
    routes += [Route("/health", receiver.health), Route("/ready", receiver.ready), Route("/metrics", receiver.expose)]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _not_served})


def _writers(pool_size: int) -> int:
    """Leave half of the connections to what is not a webhook; few writers make large batches."""
    return max(1, pool_size // 2)


async def _not_served(_: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    reason = {404: "no such path; POST to /api/v1/alerts", 405: "POST to this path"}
    answer = _answer(code, reason.get(code, "not served"))
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


def _answer(code: int, reason: str) -> JSONResponse:
    return JSONResponse({"error": reason}, status_code=code, headers=_HEADERS.get(code))

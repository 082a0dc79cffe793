"""One listener for each process: PostgreSQL says that something changed, every open stream hears of it.

The listener has a connection of its own and reads with plain SQL; when that connection breaks it comes back and reads
what was written meanwhile.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

import psycopg
from django.db import connections

log = logging.getLogger(__name__)

CHANNEL = "trialcrm_live"
ROWS = (
    "SELECT id, kind, permission, study_id, site_id, subject_id, record_id, own_permission, person_id "
    "FROM live_liveevent"
)
QUEUE_LENGTH = 500
RETRY_SECONDS = 1.0
#: Transactions commit in another order than their keys; after a break, that many earlier keys are told again.
OVERLAP = 50
REPLAYED = 500
#: The end of the year 9999, after which there are no dates.
LATEST = 253_402_300_799_000


class Told(NamedTuple):
    """A live event as the streams pass it on."""

    id: int
    kind: str
    permission: str
    study_id: uuid.UUID | None
    site_id: uuid.UUID | None
    subject_id: uuid.UUID | None
    record_id: uuid.UUID
    own_permission: str = ""
    person_id: uuid.UUID | None = None


class Hub:
    """Hands each event to the queue of every open stream of this process.

    A stream whose queue is full hears `None` and ends: its browser comes back and catches up from the table.
    """

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Told | None]] = set()
        self._listener: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()
        self._last: int | None = None

    @asynccontextmanager
    async def subscribed(self) -> AsyncIterator[asyncio.Queue[Told | None]]:
        """A queue that receives every event from now on; the listener runs as long as somebody listens."""
        queue: asyncio.Queue[Told | None] = asyncio.Queue(QUEUE_LENGTH)
        self._queues.add(queue)
        if self._listener is None or self._listener.done():
            self._listening = asyncio.Event()
            self._listener = asyncio.create_task(self._listen_for_ever())
        try:
            await asyncio.wait_for(self._listening.wait(), timeout=10)
            yield queue
        finally:
            self._queues.discard(queue)
            if not self._queues and self._listener:
                self._listener.cancel()
                self._listener = None
                self._last = None

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError):
                log.warning("the live listener lost its connection and comes back", exc_info=True)
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        # While a connection waits for notices it answers no query, so there is a second one to read with.
        async with await connect() as listening, await connect() as reading:
            await listening.execute(f"LISTEN {CHANNEL}")
            if self._last is None:
                self._last = await newest(reading)
            else:
                self._tell(await read_after(reading, self._last))
            self._listening.set()
            async for notice in listening.notifies():
                self._tell(await read_ids(reading, [int(notice.payload)]))

    def _tell(self, events: list[Told]) -> None:
        for event in events:
            self._last = max(self._last or 0, event.id)
            for queue in list(self._queues):
                self._hand(queue, event)

    def _hand(self, queue: asyncio.Queue[Told | None], event: Told) -> None:
        if not queue.full():
            queue.put_nowait(event)
            return
        self._queues.discard(queue)
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)


async def connect() -> psycopg.AsyncConnection[Any]:
    """A connection beside Django's own, to the same database."""
    parameters = connections["default"].get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if parameters.get(name)}
    # A connection that died without a word is noticed within half a minute.
    alive: dict[str, Any] = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}
    return await psycopg.AsyncConnection.connect(**wanted, **alive, autocommit=True)


async def newest(connection: psycopg.AsyncConnection[Any]) -> int:
    """The key of the newest event there is; 0 where there is none."""
    cursor = await connection.execute("SELECT coalesce(max(id), 0) FROM live_liveevent")
    (found,) = await cursor.fetchone() or (0,)
    return int(found)


async def read_ids(connection: psycopg.AsyncConnection[Any], ids: list[int]) -> list[Told]:
    cursor = await connection.execute(ROWS + " WHERE id = ANY(%s) ORDER BY id", [ids])
    return [Told(*row) for row in await cursor.fetchall()]


async def read_after(connection: psycopg.AsyncConnection[Any], last: int) -> list[Told]:
    """What was written after a key, with the overlap; pages take a repeated event as one more refresh."""
    since = [max(0, last - OVERLAP), REPLAYED]
    cursor = await connection.execute(ROWS + " WHERE id > %s ORDER BY id DESC LIMIT %s", since)
    return [Told(*row) for row in reversed(await cursor.fetchall())]


async def read_since(connection: psycopg.AsyncConnection[Any], since: int) -> list[Told]:
    """What was written since a moment, in milliseconds since 1970; no more than a page could have missed."""
    moment = [datetime.fromtimestamp(min(since, LATEST) / 1000, UTC), REPLAYED]
    cursor = await connection.execute(ROWS + " WHERE at >= %s ORDER BY id DESC LIMIT %s", moment)
    return [Told(*row) for row in reversed(await cursor.fetchall())]

"""The live stream (server-sent events): what changed within the reader's sight, as ids only."""

import asyncio
import json
import uuid
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.db import close_old_connections, connections
from django.http import HttpRequest, StreamingHttpResponse

from trialcrm.access.gates import personal
from trialcrm.access.scope import Scope, scope_of
from trialcrm.audit import context
from trialcrm.core import clock
from trialcrm.users.policies import SEEN, STARTED, session_rule

from .hub import Hub, Told, connect, read_after, read_since

CHECK_SECONDS = 30.0
BEAT_SECONDS = 15.0
LONGEST_NUMBER = 15

#: Stands for half a minute in which nothing was told.
BEAT = Told(0, "beat", "", None, None, None, uuid.UUID(int=0))

hub = Hub()


@personal("streams only events within the person's scope, which is checked again every half minute")
async def events(request: HttpRequest) -> StreamingHttpResponse:
    session = request.session.session_key or ""
    since = number_in(request.GET.get("since", ""))
    return answer(stream(session, number_in(request.headers.get("Last-Event-ID", "")), since))


def number_in(text: str) -> int:
    """The key or moment that a browser names; 0 for what can be none."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


def answer(told: AsyncIterable[bytes]) -> StreamingHttpResponse:
    """A stream as it leaves the portal: kept by nothing in between."""
    response = StreamingHttpResponse(told, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


class Sight(NamedTuple):
    """Who listens, and what they may see now."""

    user_id: uuid.UUID
    scope: Scope


#: Says who listens and what they may see now; None when they may listen no longer.
Looking = Callable[[], Awaitable[Sight | None]]
Wanted = Callable[[Told], bool]


def stream(session: str, last: int, since: int = 0) -> AsyncGenerator[bytes, None]:
    """What the person behind a session hears."""
    return told(partial(look, session), last, since)


def everything(event: Told) -> bool:
    return True


async def told(looking: Looking, last: int, since: int = 0, wanted: Wanted = everything) -> AsyncGenerator[bytes, None]:
    """Events in sight that are wanted; ends when whoever listens may do so no longer, which is asked every half minute.

    First come those after the event `last`, or for a page that has heard none yet those after it was made, in
    milliseconds since 1970.
    """
    # First, because it gives back the connection that the request itself has used: the listener needs one.
    sight = await looking()
    async with hub.subscribed() as queue:
        yield b"retry: 2000\n: open\n\n"
        if sight and (last or since):
            for event in await missed(last, since):
                if wanted(event) and is_in_sight(sight, event):
                    yield written(event)
        checked = asyncio.get_running_loop().time()
        while sight:
            try:
                heard = await asyncio.wait_for(queue.get(), timeout=BEAT_SECONDS)
            except TimeoutError:
                heard = BEAT
            if heard is None:
                return
            if asyncio.get_running_loop().time() - checked >= CHECK_SECONDS:
                sight, checked = await looking(), asyncio.get_running_loop().time()
            if heard is BEAT:
                yield b": beat\n\n"
            elif sight and wanted(heard) and is_in_sight(sight, heard):
                yield written(heard)


async def missed(last: int, since: int = 0) -> list[Told]:
    """What was written after the event that a browser heard last, or after its page was made."""
    async with await connect() as connection:
        return await (read_after(connection, last) if last else read_since(connection, since))


def written(event: Told) -> bytes:
    """The event in the stream's format; ids only, no health data."""
    data = json.dumps({"id": str(event.record_id), "subject": str(event.subject_id or "")})
    return f"id: {event.id}\nevent: {event.kind}\ndata: {data}\n\n".encode()


def is_in_sight(sight: Sight, event: Told) -> bool:
    """Whether the event is the person's own, or lies where they hold its permission."""
    if event.person_id:
        return event.person_id == sight.user_id
    scope = sight.scope
    return (
        event.site_id in scope.site_ids(event.permission)
        or event.subject_id in scope.subject_ids(event.permission)
        or bool(event.own_permission and event.subject_id in scope.subject_ids(event.own_permission))
        or (event.site_id is None and event.study_id in scope.study_ids(event.permission))
    )


async def look(session_key: str) -> Sight | None:
    """Who is behind a session and what they may see now; None when the session has ended."""
    return await in_passing(_look, session_key)


@sync_to_async
def in_passing(find: Callable[[Any], Sight | None], key: Any) -> Sight | None:
    """Look something up for a stream.

    Each stream has a thread of its own for the database. Its connection is given back at once: hundreds of open pages
    would otherwise hold as many, and none would be left for the listener.
    """
    close_old_connections()
    try:
        return find(key)
    finally:
        connections.close_all()


def _look(session_key: str) -> Sight | None:
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    now = clock.now().timestamp()
    user_id: Any = session.get(SESSION_KEY)
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if user is None or session_rule(user).ending(session.get(STARTED, now), session.get(SEEN, now), now):
        return None
    # A memory of its own: what the request that opened the stream kept would hide a right that was taken since.
    with context.request():
        return Sight(user.pk, scope_of(user))

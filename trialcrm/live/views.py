"""The live stream (server-sent events): what changed within the reader's sight, as ids only."""

import asyncio
import json
from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.db import close_old_connections
from django.http import HttpRequest, StreamingHttpResponse

from trialcrm.access.gates import personal
from trialcrm.access.scope import Scope, scope_of
from trialcrm.audit import context
from trialcrm.core import clock
from trialcrm.users.policies import SEEN, STARTED, session_rule

from .hub import Hub, Told, connect, read_after

CHECK_SECONDS = 30.0
BEAT_SECONDS = 15.0

hub = Hub()


@personal("streams only events within the person's scope, which is checked again every half minute")
async def events(request: HttpRequest) -> StreamingHttpResponse:
    session = request.session.session_key or ""
    last = request.headers.get("Last-Event-ID", "")
    response = StreamingHttpResponse(
        stream(session, int(last) if last.isdigit() else 0), content_type="text/event-stream"
    )
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def stream(session: str, last: int) -> AsyncIterator[bytes]:
    """Events in sight, first those after `last`; ends when the session or the person's rights do."""
    async with hub.subscribed() as queue:
        scope = await look(session)
        yield b"retry: 2000\n: open\n\n"
        if scope and last:
            async with await connect() as connection:
                missed = await read_after(connection, last)
            for event in missed:
                if is_in_sight(scope, event):
                    yield written(event)
        checked = asyncio.get_running_loop().time()
        while scope:
            heard = await _next(queue)
            if asyncio.get_running_loop().time() - checked >= CHECK_SECONDS:
                scope, checked = await look(session), asyncio.get_running_loop().time()
            if heard is None:
                yield b": beat\n\n"
            elif scope and is_in_sight(scope, heard):
                yield written(heard)


async def _next(queue: asyncio.Queue[Told]) -> Told | None:
    try:
        return await asyncio.wait_for(queue.get(), timeout=BEAT_SECONDS)
    except TimeoutError:
        return None


def written(event: Told) -> bytes:
    """The event in the stream's format; ids only, no health data."""
    data = json.dumps({"id": str(event.record_id), "subject": str(event.subject_id or "")})
    return f"id: {event.id}\nevent: {event.kind}\ndata: {data}\n\n".encode()


def is_in_sight(scope: Scope, event: Told) -> bool:
    """Whether the event lies where the person holds its permission."""
    return (
        event.site_id in scope.site_ids(event.permission)
        or event.subject_id in scope.subject_ids(event.permission)
        or (event.site_id is None and event.study_id in scope.study_ids(event.permission))
    )


@sync_to_async
def look(session_key: str) -> Scope | None:
    """The scope behind a session as it is now; None when the session has ended."""
    close_old_connections()
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    now = clock.now().timestamp()
    user_id: Any = session.get(SESSION_KEY)
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if user is None or session_rule(user).ending(session.get(STARTED, now), session.get(SEEN, now), now):
        return None
    # A memory of its own: what the request that opened the stream kept would hide a right that was taken since.
    with context.request():
        return scope_of(user)

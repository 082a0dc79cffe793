"""The live stream for programs: what changed in sight, by ids, as it is told to open pages."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakSet

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described

from trialcrm.access.gates import Gate
from trialcrm.access.scope import Limit, scope_of
from trialcrm.api import policies
from trialcrm.api.domain.problems import Fault, Problem, TooOften
from trialcrm.api.domain.tokens import Verb
from trialcrm.api.models import Token
from trialcrm.api.selectors.tokens import token_in_use
from trialcrm.api.services.tokens import bind
from trialcrm.audit import context
from trialcrm.live.hub import Told
from trialcrm.live.views import Looking, Sight, Wanted, answer, in_passing, look, number_in, told

from .rest.answers import SAID, problem, problem_of
from .rest.document import PLAIN
from .rest.entering import let_in, require_verb
from .rest.reading import asked_of
from .rest.shapes import ProblemShape

#: What is told, and the class whose record the id names.
KINDS = {
    "subject-changed": "subjects",
    "screening-changed": "screenings",
    "visit-changed": "visits",
    "appointment-changed": "appointments",
    "note-changed": "notes",
    "deviation-changed": "deviations",
    "order-changed": "orders",
    "distribution-changed": "distributions",
    "dose-changed": "adherence-logs",
    "stock-changed": "sites",
    "event-changed": "adverse-events",
    "message-changed": "conversations",
    "notified": "notifications",
}
#: So many streams may one person have open at a time, in one process.
MOST_STREAMS = 10
WAIT_SECONDS = 30


class Question(BaseModel):
    """What a stream may be asked."""

    model_config = ConfigDict(extra="forbid")

    kinds: str = Described(default="", max_length=300)
    study: UUID | None = None


class Listener(NamedTuple):
    """Who listens, how that is looked at again, from where on, and to what."""

    user_id: UUID
    looking: Looking
    last: int
    wanted: Wanted


@login_not_required
async def events(request: HttpRequest) -> HttpResponseBase:
    """The stream; it ends when the session or the token does, and resumes behind the event that was heard last."""
    if request.method != "GET":
        return problem(Problem(405), Allow="GET")
    try:
        listener = await sync_to_async(_listener)(request)
    except tuple(SAID) as error:
        return problem(problem_of(error))
    if len(streams_of(listener.user_id)) >= MOST_STREAMS:
        return problem(TooOften(WAIT_SECONDS))
    # A response asks no more of it than that it can be iterated, and closes it.
    return answer(Stream(listener))


events.csrf_exempt = True  # type: ignore[attr-defined]
events.gate = Gate(machine="streams to whoever shows a token or a session in the call")  # type: ignore[attr-defined]


class Stream:
    """What one listener hears. It counts from when it is made, so that a burst of calls passes no limit, until it ends,
    is closed without having been heard, or nobody holds it any longer.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        streams_of(listener.user_id).add(self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        listener = self._listener
        try:
            async with aclosing(told(listener.looking, listener.last, wanted=listener.wanted)) as parts:
                async for part in parts:
                    yield part
        finally:
            self.close()

    def close(self) -> None:
        streams_of(self._listener.user_id).discard(self)


_open: dict[UUID, WeakSet[Stream]] = {}


def streams_of(user_id: UUID) -> WeakSet[Stream]:
    """The streams that one person has open in this process."""
    return _open.setdefault(user_id, WeakSet())


def _listener(request: HttpRequest) -> Listener:
    """Who calls and what for; within a request of its own, to which a token can be bound.

    Raises:
        Problem, Refused: with the reason.
    """
    with context.request(request.META.get("REMOTE_ADDR", "")):
        let_in(request)
        require_verb(request, Verb.READ)
        asked = asked_of(Question, request.GET)
    token: Token | None = getattr(request, "token", None)
    looking = partial(look_again, token.pk) if token else partial(look, request.session.session_key or "")
    wanted = partial(_is_wanted, _kinds(asked.kinds), asked.study, bool(token and token.limit != Limit()))
    user_id: Any = request.user.pk
    return Listener(user_id, looking, number_in(request.headers.get("Last-Event-ID", "")), wanted)


def _kinds(names: str) -> frozenset[str]:
    kinds = frozenset(name.strip() for name in names.split(",") if name.strip())
    if kinds - KINDS.keys():
        raise Problem(422, faults=(Fault("kinds", "Any of: " + ", ".join(KINDS)),))
    return kinds


def _is_wanted(kinds: frozenset[str], study: UUID | None, is_limited: bool, event: Told) -> bool:
    """What was asked for. What one person is told names no place, so a token for certain places hears none of it."""
    if event.person_id and (is_limited or study):
        return False
    return (not kinds or event.kind in kinds) and (study is None or event.study_id == study)


async def look_again(token_id: UUID) -> Sight | None:
    """Who shows a token and what they may see with it now; None once it is worth nothing, or its owner is gone."""
    return await in_passing(_look, token_id)


def _look(token_id: UUID) -> Sight | None:
    token = token_in_use(token_id)
    if token is None or not token.is_usable or not policies.may(token, Verb.READ):
        return None
    # What this finds, and the limit of the token, belong to this look alone.
    with context.request():
        bind(token)
        return Sight(token.owner.pk, scope_of(token.owner))


def _parameter(name: str, place: str, words: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "required": False, "description": words, "schema": {"type": "string", **schema}}


def _refused(status: int) -> dict[str, Any]:
    shape = {"$ref": f"#/components/schemas/{ProblemShape.__name__}"}
    return {"description": "", "content": {PLAIN: {"schema": shape}}}


DOC = f"""Server-sent events about what changed in your sight. Each has an `id`, the name of what happened as `event`,
and as `data` the key of the record and that of the participant (empty where it is about none): read the record to see
it.

A stream lasts as long as the session or the token. When it breaks, call again with `Last-Event-ID`: what was told
meanwhile comes first, and the last few once more; events are kept for a day, and 500 are told at most. A line that
begins with a colon comes every quarter of a minute. One person has {MOST_STREAMS} streams at most.

Names, and the class whose record the key names: {", ".join(f"`{kind}` ({name})" for kind, name in KINDS.items())}."""
EXAMPLE = """id: 4711
event: visit-changed
data: {"id": "01985f7e-8c4e-7aa0-b9a5-1f6f8e1d2c3b", "subject": "01985f7e-7d10-7c11-8f0e-0d5b8a6c4e2f"}

"""
#: For the document: the library writes nothing of what is none of its own.
DESCRIBED: dict[str, Any] = {
    "get": {
        "operationId": "events_listen",
        "tags": ["Events"],
        "summary": "Listen to what changes",
        "description": DOC,
        "parameters": [
            _parameter("kinds", "query", "Names of what to hear of, with commas between", maxLength=300),
            _parameter("study", "query", "Key of the study to hear of", format="uuid"),
            _parameter("Last-Event-ID", "header", "The id of the event that was heard last"),
        ],
        "responses": {
            200: {
                "description": "A stream that stays open",
                "headers": {},
                "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EXAMPLE}},
            },
            **{status: _refused(status) for status in (401, 403, 405, 422, 429)},
        },
        "security": [{"BearerToken": []}, {"BrowserSession": []}],
    }
}

"""The request in whose course something is written: its id and a digest of the address it came from."""

import hashlib
import hmac
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from trialcrm.core.ids import new_id


@dataclass(slots=True)
class RequestFacts:
    request_id: uuid.UUID | None = None
    address_digest: str = ""
    #: What let the request in besides a sign-in, in the words that the log shows.
    token: str = ""
    remembered: dict[Any, Any] = field(default_factory=dict)
    #: What holds for the whole request; unlike what was looked up, an act that is undone does not change it.
    bound: dict[Any, Any] = field(default_factory=dict)


_NONE = RequestFacts()
_facts: ContextVar[RequestFacts] = ContextVar("request_facts", default=_NONE)


def facts() -> RequestFacts:
    return _facts.get()


def memory() -> dict[Any, Any] | None:
    """A place to keep what one request has looked up; None outside of a request."""
    current = _facts.get()
    return None if current is _NONE else current.remembered


def through(words: str) -> None:
    """Let every row of the log that this request writes say through what it came in, like the hint of a token.

    Raises:
        LookupError: there is no request under way.
    """
    _under_way().token = words


def bind(key: Any, value: Any) -> None:
    """Keep something until the request is over, whatever is undone in its course.

    Raises:
        LookupError: there is no request under way.
    """
    _under_way().bound[key] = value


def bound(key: Any) -> Any:
    """What was bound to this request under the key; None where nothing was."""
    return _facts.get().bound.get(key)


def _under_way() -> RequestFacts:
    current = _facts.get()
    if current is _NONE:
        raise LookupError("There is no request under way to which this could be bound.")
    return current


def forget() -> None:
    """Drop what was looked up, because it may have been read inside a transaction that is now undone."""
    current = _facts.get()
    if current is not _NONE:
        current.remembered.clear()


@contextmanager
def request(address: str = "") -> Iterator[RequestFacts]:
    """Bind a new request; also used by long commands, so that their look-ups are kept."""
    token = _facts.set(RequestFacts(new_id(), digest(address)))
    try:
        yield _facts.get()
    finally:
        _facts.reset(token)


def digest(text: str) -> str:
    """A keyed digest, so that the log can compare addresses and unknown names without holding them."""
    if not text:
        return ""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]

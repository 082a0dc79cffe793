"""What happened, told upward: a service publishes, packages above subscribe.

A subscriber declares how much its failure matters:

- `part_of_fact`: runs inside the transaction and may refuse; its failure undoes the act;
- `announcement`: runs inside the transaction in a savepoint; its failure is logged and nothing else is lost;
- `outside_world`: runs after commit.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from django.db import transaction

log = logging.getLogger(__name__)

Subscriber = Callable[..., None]
S = TypeVar("S", bound=Subscriber)

_facts: dict[type, list[Subscriber]] = defaultdict(list)
_announcements: dict[type, list[Subscriber]] = defaultdict(list)
_outside: dict[type, list[Subscriber]] = defaultdict(list)
_nobody_listens: ContextVar[bool] = ContextVar("nobody_listens", default=False)


def _subscribe(book: dict[type, list[Subscriber]], kinds: tuple[type, ...]) -> Callable[[S], S]:
    def register(subscriber: S) -> S:
        for kind in kinds:
            book[kind].append(subscriber)
        return subscriber

    return register


def part_of_fact(*kinds: type) -> Callable[[S], S]:
    """Subscribe inside the transaction, with the right to refuse."""
    return _subscribe(_facts, kinds)


def announcement(*kinds: type) -> Callable[[S], S]:
    """Subscribe inside the transaction, in a savepoint of its own."""
    return _subscribe(_announcements, kinds)


def outside_world(*kinds: type) -> Callable[[S], S]:
    """Subscribe to what has been committed."""
    return _subscribe(_outside, kinds)


def publish(event: object) -> None:
    """Tell everyone who subscribed to the event's type or to one of its base types."""
    for subscriber in _subscribers(_facts, event):
        subscriber(event)
    for subscriber in () if _nobody_listens.get() else _subscribers(_announcements, event):
        _announce(subscriber, event)
    for subscriber in _subscribers(_outside, event):
        transaction.on_commit(lambda told=subscriber: told(event), robust=True)


@contextmanager
def without_announcements() -> Iterator[None]:
    """Write down a past that nobody can be watching, as when an example is built: facts are told, news are not."""
    token = _nobody_listens.set(True)
    try:
        yield
    finally:
        _nobody_listens.reset(token)


def _subscribers(book: dict[type, list[Subscriber]], event: object) -> list[Subscriber]:
    return [subscriber for kind in type(event).__mro__ for subscriber in book.get(kind, ())]


def _announce(subscriber: Subscriber, event: object) -> None:
    try:
        with transaction.atomic():
            subscriber(event)
    except Exception:  # whatever breaks here must not lose the clinical record that is being written
        log.exception("announcement %s failed for %s", subscriber.__qualname__, type(event).__name__)

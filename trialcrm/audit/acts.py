"""One act: who does what in which role and why, and the rows that it changes."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import models

from trialcrm.core import clock
from trialcrm.core.decisions import Refused, Words
from trialcrm.core.ids import new_id

Change = dict[str, Any]
#: Every recorded act of the portal in words, by its name.
SAID: dict[str, Words] = {}


class UnrecordedWrite(Exception):
    """Something tried to write an audited record outside of a recorded act."""


@dataclass(frozen=True, slots=True)
class SystemActor:
    """The portal itself, or a command run by its operator; the name says which."""

    name: str
    pk: None = None
    is_active: bool = True
    is_authenticated: bool = True


class Written(NamedTuple):
    """A record that an act saved, with what changed; a new one has no old values."""

    record: models.Model
    changes: list[Change]
    is_new: bool


@dataclass(slots=True)
class Act:
    """What is written to the log when the act is over.

    `written` names each record with its changes; `counts` says how many records of a kind were created and changed in
    bulk; `refusals` are those of inner acts that this act caught and survived.
    """

    action: str
    says: Words
    actor: Any
    reason: str
    id: uuid.UUID = field(default_factory=new_id)
    at: Any = field(default_factory=clock.now)
    role: str = ""
    about: models.Model | None = None
    summary: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)
    written_in_bulk: list[models.Model] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    refusals: list[tuple["Act", Refused]] = field(default_factory=list)
    undo: list[Callable[[], None]] = field(default_factory=list)

    @property
    def actor_name(self) -> str:
        return str(getattr(self.actor, "name", "") or self.actor)

    def touched(self) -> Iterator[models.Model]:
        """Every record that the act has written, one by one or in bulk."""
        yield from (item.record for item in self.written)
        yield from self.written_in_bulk

    def undone(self) -> None:
        """The transaction was rolled back: the records in memory forget that they were saved."""
        while self.undo:
            self.undo.pop()()
        self.written.clear()
        self.written_in_bulk.clear()
        self.counts.clear()


_current: ContextVar[Act | None] = ContextVar("current_act", default=None)
Check = Callable[[Act], None]
_checks_before_commit: list[Check] = []


def current() -> Act | None:
    return _current.get()


def here() -> Act:
    """The act under way.

    Raises:
        UnrecordedWrite: there is none.
    """
    act = _current.get()
    if act is None:
        raise UnrecordedWrite("This writes a record outside of a recorded act; call a service.")
    return act


def before_commit(check: Check) -> Check:
    """Register a check that every act must pass after its writes (it may raise Refused)."""
    _checks_before_commit.append(check)
    return check


def check(act: Act) -> None:
    """Run every registered check.

    Raises:
        Refused: a check did not pass; the act is undone.
    """
    for passes in _checks_before_commit:
        passes(act)


@contextmanager
def under_way(act: Act) -> Iterator[None]:
    token = _current.set(act)
    try:
        yield
    finally:
        _current.reset(token)

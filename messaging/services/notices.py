"""Telling people: each thing once to each person, in the transaction of what happened, with a mail where one is due.

Notices are no records of the trial: the trail has the events that they are about.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from messaging.events import Notified
from messaging.models import Notification, OutgoingMail
from trialcrm.audit import acts
from trialcrm.core import clock
from trialcrm.core.events import publish


@dataclass(frozen=True, slots=True)
class About:
    """What a notice is about: where, whose, and which record."""

    study_id: uuid.UUID | None = None
    site_id: uuid.UUID | None = None
    subject_id: uuid.UUID | None = None
    record_id: uuid.UUID | None = None


def notify(people: Iterable[Any], *, kind: str, key: str, about: About, mail: bool) -> int:
    """Tell these people, but for whoever does what they are told of; how many had not been told of it yet."""
    act = acts.current()
    doer = act.actor.pk if act else None
    return sum(_tell(person, kind, key, about, mail) for person in people if person.pk != doer)


def _tell(person: Any, kind: str, key: str, about: About, mail: bool) -> bool:
    facts = {"study_id": about.study_id, "site_id": about.site_id, "subject_id": about.subject_id}
    made, is_new = Notification.objects.get_or_create(
        person=person, key=f"{kind}:{key}", defaults={**facts, "kind": kind, "record_id": about.record_id}
    )
    if is_new:
        publish(Notified(person.pk, made.pk))
        if mail:
            _write_mail(person, kind)
    return is_new


def _write_mail(person: Any, kind: str) -> None:
    """One mail that still waits says all that a second one of its kind would say."""
    waits = OutgoingMail.objects.filter(person=person, kind=kind, status="waiting", attempts=0)
    if not waits.exists():
        OutgoingMail.objects.create(person=person, kind=kind, due_at=clock.now())


def read(notification: Notification) -> None:
    """Mark one notice as read; the time is that of the first reading."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=clock.now())


def read_all(user: Any, among: QuerySet[Notification] | None = None) -> int:
    """Mark everything under somebody's bell as read, or what is among these; how many notices that were."""
    rows = Notification.objects.visible_to(user).unread()
    found = rows if among is None else rows.filter(pk__in=among.values("pk"))
    return found.update(read_at=clock.now())


def read_about(user: Any, record_id: uuid.UUID) -> None:
    """Whoever opened a record needs no notice of it any more."""
    Notification.objects.visible_to(user).unread().filter(record_id=record_id).update(read_at=clock.now())

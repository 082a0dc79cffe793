"""What one participant has of medicines, harms and messages: once more for each of many, many times in one chart."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

from django.db import models

from medications.models import Distribution, Feedback, Kit
from messaging.models import Message, Notification, OutgoingMail
from safety.models import AdverseEvent
from subjects.models import AccessRequest, Deviation, Membership, OfferedRole, Subject
from tests.house.copying import copy
from tests.house.world import World
from tests.support.cast import BEGAN
from trialcrm.api.models import Token
from trialcrm.core import clock
from trialcrm.users.models import Invitation, User

#: Each new row with a number of its own gets the next one.
_numbers = count(1000)
#: What is unique in a study or a chart, by table.
OWN_NUMBER = {
    "medications.Product": ("name", "Product {}"),
    "medications.Kit": ("number", "G{}"),
    "medications.Lot": ("number", "Lot {}"),
    "medications.Shipment": ("number", "S{}"),
    "safety.AdverseEvent": ("number", None),
    "users.Invitation": ("email", "invited-{}@trial.test"),
}


def records_for(one: Subject, others: Iterable[Subject]) -> list[Any]:
    """One set of records, linked to each other, for each of the others."""
    pattern = [row for row in _set_of(one) if row._meta.label != "medications.Product"]
    return [record for other in others for record in _linked(pattern, other)]


def records_in_one_chart(one: Subject, times: int) -> Iterator[Any]:
    """Many such sets for one participant; each order is of another product, because of one there is one order."""
    pattern = _set_of(one)
    for _number in range(times):
        yield from _linked(pattern, one)


def _set_of(one: Subject) -> list[Any]:
    """Those that others point to first."""
    given = Distribution.objects.filter(subject=one, status="dispensed").order_by("pk")[0]
    event = AdverseEvent.objects.filter(subject=one, status="follow_up")[0]
    message = Message.objects.filter(subject=one, attachments__isnull=False).order_by("pk")[0]
    assessment = event.assessments.order_by("pk")[0]
    return [
        *(given.order.product, given.order, given.kit, given),
        *given.kit.movements.all()[:2],
        *one.dose_logs.all()[:1],
        *Feedback.objects.filter(subject=one)[:1],
        *(event, assessment, *assessment.causalities.all(), *event.reports.all()[:1]),
        *event.sponsor_assessments.all(),
        *(message.conversation, message, *message.receipts.all(), *message.attachments.all()),
        *Deviation.objects.filter(subject=one, status="open")[:1],
    ]


def _linked(pattern: list[Any], subject: Subject) -> Iterator[Any]:
    """New rows like these, which point to each other and not to the old ones."""
    made: dict[Any, Any] = {}
    for row in pattern:
        pointed = {
            field.attname: made[value].pk
            for field in row._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and (value := getattr(row, field.attname)) in made
        }
        about = {"subject": subject} if hasattr(row, "subject_id") else {}
        yield made.setdefault(row.pk, _sealed(row, numbered(row, **about, **pointed)))


def numbered(row: Any, **changes: Any) -> Any:
    """A copy with a number of its own, where it needs one."""
    name, words = OWN_NUMBER.get(row._meta.label, ("", ""))
    number = next(_numbers)
    return copy(row, **changes, **({name: words.format(number) if words else number} if name else {}))


def _sealed(row: Any, made: Any) -> Any:
    """Text that lies sealed opens as its own record's only."""
    for name in {"body", "name"} & set(getattr(row, "IDENTIFYING", ())):
        setattr(made, name, made.seal(name, "Some words"))
    return made


def of_the_team(world: World, times: int) -> Iterator[Any]:
    """Lines of the delegation log, invitations, requests and tokens."""
    offered = OfferedRole.objects.filter(site=world.site, status="sent", subject=None)[0]
    asked = AccessRequest.objects.filter(site=world.site, status="open")[0]
    held = Membership.objects.get(user=world.coordinator)
    tokens = Token.objects.filter(revoked_at=None, expires_at__gt=clock.now() + timedelta(days=30))
    for number in range(times):
        yield from (copy(token, digest=f"{number:032}{token.pk.hex}") for token in tokens)
        person = User(email=f"asks-too-{number}@trial.test", name=f"Asks {number}", password="!")
        invitation = numbered(Invitation.objects.get(pk=offered.invitation_id), token_digest=f"{number:064}")
        yield from (person, invitation)
        yield copy(offered, invitation=invitation)
        yield copy(asked, user=person)
        yield copy(held.entries.filter(status="signed")[0], starts_on=BEGAN)


def of_the_stock(world: World, times: int) -> Iterator[Any]:
    """Lots and shipments."""
    kit = Kit.objects.filter(site=world.site).exclude(shipment=None)[0]
    for _number in range(times):
        yield numbered(kit.lot)
        yield numbered(kit.shipment)


def told(people: Iterable[Any], times: int) -> None:
    """Notices and mails, which are outside of the trail."""
    notice = Notification.objects.order_by("pk")[0]
    mail = OutgoingMail.objects.order_by("pk")[0]
    pairs = [(person, number) for person in people for number in range(times)]
    Notification.objects.bulk_create(copy(notice, person=one, key=f"copy-{n}") for one, n in pairs)
    OutgoingMail.objects.bulk_create(copy(mail, person=one, status="given_up") for one, _n in pairs)

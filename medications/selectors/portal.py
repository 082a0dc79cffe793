"""What participants see of their own medication: what to take, what to confirm, how it went."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from medications.domain.adherence import DoseStatus, entry_closes, entry_opens
from medications.domain.codes import Frequency
from medications.domain.distributions import DistributionStatus
from medications.domain.orders import OrderStatus
from medications.domain.permissions import Perm
from medications.models import AdherenceLog, Distribution, Feedback, MedicationOrder
from trialcrm.core import clock

from .adherence import ProtocolAdherence, adherence

_DAY = timedelta(days=1)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class DoseToday:
    """One dose of today, or of the last two days when nobody has entered it yet."""

    order: MedicationOrder
    slot_at: datetime
    zone: str
    is_today: bool
    log: AdherenceLog | None
    is_open: bool

    @property
    def key(self) -> str:
        """The moment of the dose as an address or a form carries it."""
        return self.slot_at.isoformat()


class Dot(NamedTuple):
    """One day of the week as a dot with its word for those who listen."""

    letter: str
    word: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class OwnMedicine:
    """One medicine: its order in plain words, the week behind, and how often it was taken."""

    order: MedicationOrder
    week: list[Dot]
    words: str
    feedback: list[Feedback]
    is_as_needed: bool


@dataclass(frozen=True, slots=True)
class OwnMedication:
    """Everything of the page “My medicine”."""

    medicines: list[OwnMedicine]
    today: list[DoseToday]
    earlier: list[DoseToday]
    to_acknowledge: list[Distribution]
    former: list[MedicationOrder]


def to_acknowledge(user: Any) -> list[Distribution]:
    """Kits that the participant was handed and has not confirmed yet."""
    rows = Distribution.objects.visible_to(user, Perm.OWN_MEDICATION).filter(status=DistributionStatus.DISPENSED)
    return list(rows.select_related("order__product", "kit", "site", "subject").order_by("dispensed_on", "id"))


def doses_today(user: Any) -> list[DoseToday]:
    """The doses that are due today of the participant's own running orders, each with its entry."""
    return [dose for dose in _doses(user, _own(user)) if dose.is_today]


def _own(user: Any) -> list[ProtocolAdherence]:
    return adherence(user, permission=Perm.OWN_MEDICATION)


def _doses(user: Any, items: Iterable[ProtocolAdherence]) -> list[DoseToday]:
    """Doses of today and, while they can still be entered, of the days before."""
    known = list(items)
    orders = {order.pk: order for item in known for order in item.orders}
    logs = AdherenceLog.objects.visible_to(user, Perm.OWN_MEDICATION).filter(
        order__in=list(orders), is_current=True, slot_at__gte=clock.now() - 4 * _DAY
    )
    entered = {(row.order_id, row.slot_at): row for row in logs}
    now = clock.now()
    return [
        DoseToday(
            order=orders[dose.order_id],
            slot_at=dose.slot_at,
            zone=item.zone,
            is_today=dose.day == item.today,
            log=entered.get((dose.order_id, dose.slot_at)),
            is_open=entry_opens(dose.slot_at) <= now <= entry_closes(dose.slot_at),
        )
        for item in known
        for dose in item.due(item.today - 2 * _DAY, item.today + _DAY)
    ]


def my_medication(user: Any) -> OwnMedication:
    """The participant's own orders, doses, kits to confirm, the past in words, and what the site wrote."""
    items = _own(user)
    feedback = _feedback(user)
    shown = _doses(user, items)
    running = [item for item in items if item.is_running]
    return OwnMedication(
        medicines=[_medicine(item, feedback) for item in running],
        today=[dose for dose in shown if dose.is_today],
        earlier=[dose for dose in shown if not dose.is_today and dose.is_open and dose.log is None],
        to_acknowledge=to_acknowledge(user),
        former=[item.order for item in items if not item.is_running],
    )


def _feedback(user: Any) -> dict[uuid.UUID, list[Feedback]]:
    found: dict[uuid.UUID, list[Feedback]] = {}
    for row in Feedback.objects.visible_to(user, Perm.OWN_MEDICATION).select_related("author", "order")[:50]:
        found.setdefault(row.order.product_id, []).append(row)
    return found


def _medicine(item: ProtocolAdherence, feedback: dict[uuid.UUID, list[Feedback]]) -> OwnMedicine:
    running = [order for order in item.orders if order.status in (OrderStatus.ACTIVE, OrderStatus.ON_HOLD)]
    week = [_dot(item, item.today - days * _DAY) for days in range(_WEEK - 1, -1, -1)]
    as_needed = running[-1].frequency == Frequency.PRN
    told = feedback.get(item.product.pk, [])[:5]
    return OwnMedicine(running[-1], [] if as_needed else week, _words(item), told, as_needed)


def _dot(item: ProtocolAdherence, on: date) -> Dot:
    letter = f"{on:%a}"[:1]
    now = clock.now()
    due = [dose.slot_at for dose in item.due(on, on + _DAY) if dose.slot_at <= now]
    entered = {entry.slot_at: entry.status for entry in item.entries if entry.slot_at}
    if not due:
        return Dot(letter, _("%(day)s: nothing was due") % {"day": f"{on:%A}"}, "", "")
    statuses = [entered.get(slot) for slot in due]
    if all(status == DoseStatus.TAKEN for status in statuses):
        return Dot(letter, _("%(day)s: taken") % {"day": f"{on:%A}"}, "good", "check")
    if None in statuses:
        return Dot(letter, _("%(day)s: not entered") % {"day": f"{on:%A}"}, "", "minus")
    return Dot(letter, _("%(day)s: not all taken") % {"day": f"{on:%A}"}, "critical", "x")


def _words(item: ProtocolAdherence) -> str:
    """The week behind in a sentence."""
    now = clock.now()
    due = {dose.slot_at for dose in item.due(item.today - (_WEEK - 1) * _DAY, item.today + _DAY) if dose.slot_at <= now}
    taken = sum(1 for entry in item.entries if entry.slot_at in due and entry.status == DoseStatus.TAKEN)
    if not due:
        return _("No dose was due in the last seven days.")
    words = {"taken": taken, "due": len(due)}
    text = ngettext(
        "In the last seven days you took %(taken)s of %(due)s dose.",
        "In the last seven days you took %(taken)s of %(due)s doses.",
        len(due),
    )
    return text % words

"""Logging doses: by the participant, or by the site for them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications import policies, selectors
from medications.domain.adherence import DoseStatus, entry_closes, entry_opens
from medications.domain.codes import Frequency
from medications.domain.slots import doses
from medications.events import DoseLogged
from medications.models import AdherenceLog, Distribution, MedicationOrder
from subjects.models import Subject
from subjects.services import refuse_identity_in
from subjects.services.locking import locked_row
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused, require
from trialcrm.core.events import publish

_SLACK = timedelta(minutes=5)


@recorded("dose.logged", gettext_lazy("Dose logged"))
def log_dose(
    *,
    by: Any,
    order: MedicationOrder,
    adherence_status: str,
    slot_at: datetime | None = None,
    units: Decimal | None = None,
    taken_at: datetime | None = None,
    missed_reason: str = "",
    proxy_reason: str = "",
) -> AdherenceLog:
    """Enter what happened to one dose. A later entry about the same dose supersedes the former; both are kept.

    Args:
        slot_at: the dose that was due; None for an extra dose, and for what is taken when needed.
        proxy_reason: why the site enters it; staff say so always.

    Raises:
        Refused: no such dose was due, no kit was in hand, too early, or too late for the participant; units that do
            not belong to what happened; staff without a reason.
    """
    subject = locked_row(Subject, order.subject_id, "study", "site")
    order = MedicationOrder.objects.select_related("study", "product").prefetch_related("holds").get(pk=order.pk)
    order.subject = subject
    require(policies.log_dose(by, order))
    is_proxy = not policies.is_own(by, order)
    if is_proxy and not proxy_reason.strip():
        require(refused(_("Say why the site enters it."), "proxy_reason"))
    refuse_identity_in(subject, proxy_reason=proxy_reason)
    _require_sense(order, adherence_status, slot_at)
    is_late = _require_time(order, slot_at, taken_at, is_proxy)
    log = AdherenceLog(
        subject=subject,
        order=order,
        distribution=_in_hand(order, _day(order, slot_at or taken_at or clock.now())),
        slot_at=slot_at,
        adherence_status=adherence_status,
        units=_units(order, adherence_status, units),
        taken_at=taken_at,
        missed_reason=missed_reason if adherence_status == DoseStatus.MISSED else "",
        entered_at=clock.now(),
        entered_by_id=by.pk,
        is_proxy=is_proxy,
        is_late=is_late,
        proxy_reason=proxy_reason if is_proxy else "",
        supersedes=_superseded(order, slot_at),
    )
    log.save()
    publish(DoseLogged(log.study_id, log.site_id, log.subject_id, log.pk, log.adherence_status))
    return log


def _day(order: MedicationOrder, at: datetime) -> date:
    return clock.local(at, order.subject.site.time_zone).date()


def _require_sense(order: MedicationOrder, status: str, slot_at: datetime | None) -> None:
    if status not in DoseStatus.values:
        require(refused(_("Say what happened."), "adherence_status"))
    free = status == DoseStatus.EXTRA or (order.frequency == Frequency.PRN and status == DoseStatus.TAKEN)
    if free != (slot_at is None):
        require(refused(_("Say which dose it was."), "slot_at"))


def _require_time(order: MedicationOrder, slot_at: datetime | None, taken_at: datetime | None, is_proxy: bool) -> bool:
    """Refuse what cannot be entered now; whether it is a late entry."""
    now = clock.now()
    if taken_at and taken_at > now + _SLACK:
        require(refused(_("This time lies in the future."), "taken_at"))
    if slot_at is None:
        return False
    day = _day(order, slot_at)
    due = doses([selectors.regimen_of(order)], day, day + timedelta(days=1), order.subject.site.time_zone)
    if slot_at not in {dose.slot_at for dose in due}:
        require(refused(_("No dose was due then."), "slot_at"))
    if now < entry_opens(slot_at):
        require(refused(_("It is too early for this dose."), "slot_at"))
    is_late = now > entry_closes(slot_at)
    if is_late and not is_proxy:
        require(refused(_("This dose is too long ago to enter it here. Please tell your site."), "slot_at"))
    return is_late


def _units(order: MedicationOrder, status: str, units: Decimal | None) -> Decimal:
    full = order.units_per_dose
    if status == DoseStatus.MISSED:
        return Decimal(0)
    if status == DoseStatus.PARTIAL and not (units and 0 < units < full):
        require(refused(_("Say how many units were taken, less than a whole dose."), "units"))
    if units is not None and units <= 0:
        require(refused(_("More than nothing was taken."), "units"))
    return full if units is None else units


def _in_hand(order: MedicationOrder, on: date) -> Distribution:
    found = selectors.kit_in_hand(order, on)
    if found is None:
        raise Refused(refused(_("No kit was in hand on that day.")))
    return found


def _superseded(order: MedicationOrder, slot_at: datetime | None) -> AdherenceLog | None:
    """The entry that the new one takes the place of, no longer current."""
    if slot_at is None:
        return None
    before = (
        AdherenceLog.objects.filter(order=order, slot_at=slot_at, is_current=True).select_related("subject").first()
    )
    if before:
        before.is_current = False
        before.save()
    return before

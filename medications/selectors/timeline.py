"""What happened to a participant's medication, for the timeline of the chart."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from medications.domain.distributions import DistributionStatus
from medications.models import Distribution, MedicationOrder, OrderHold
from subjects.models import Subject
from subjects.selectors import Entry
from trialcrm.core import clock


def medication_entries(user: Any, subject: Subject) -> Iterator[Entry]:
    """Orders signed, held and ended, kits handed out and returned."""
    yield from _orders(user, subject)
    yield from _holds(user, subject)
    yield from _kits(user, subject)


def _orders(user: Any, subject: Subject) -> Iterator[Entry]:
    zone = subject.site.time_zone
    rows = MedicationOrder.objects.visible_to(user).filter(subject=subject, prescribed_at__isnull=False)
    for item in rows.select_related("product", "prescribed_by"):
        title = _("Order signed: %(drug)s") % {"drug": item.drug}
        text = f"{item.dosage} · {item.get_frequency_display()} · {item.prescribed_by}"
        if item.prescribed_at:
            yield Entry(item.prescribed_at, "pill", "info", title, text, item.get_absolute_url())
        ended = clock.at_noon(item.ended_on, zone)
        if ended:
            title = _("Order %(status)s: %(drug)s") % {"status": item.get_status_display().lower(), "drug": item.drug}
            yield Entry(ended, "circle-stop", "neutral", title, item.end_reason, item.get_absolute_url())


def _holds(user: Any, subject: Subject) -> Iterator[Entry]:
    zone = subject.site.time_zone
    rows = OrderHold.objects.visible_to(user).filter(subject=subject).select_related("order__product")
    for item in rows:
        url, drug = item.order.get_absolute_url(), item.order.drug
        title = _("On hold: %(drug)s") % {"drug": drug}
        reason = item.get_hold_reason_display()
        yield Entry(clock.at_noon(item.held_on, zone) or item.created_at, "circle-pause", "warning", title, reason, url)
        resumed = clock.at_noon(item.resumed_on, zone)
        if resumed:
            yield Entry(resumed, "circle-play", "good", _("Resumed: %(drug)s") % {"drug": drug}, "", url)


def _kits(user: Any, subject: Subject) -> Iterator[Entry]:
    zone = subject.site.time_zone
    rows = Distribution.objects.visible_to(user).filter(subject=subject, dispensed_at__isnull=False)
    for item in rows.select_related("kit", "order__product"):
        url, units = item.get_absolute_url(), f"{item.units_dispensed} × {item.order.unit}"
        title = _("Kit %(kit)s dispensed") % {"kit": item.kit}
        if item.dispensed_at:
            yield Entry(item.dispensed_at, "package", "info", title, units, url)
        back = clock.at_noon(item.returned_on, zone)
        if back and item.status == DistributionStatus.LOST:
            title = _("Kit %(kit)s lost") % {"kit": item.kit}
            yield Entry(back, "package-x", "critical", title, item.circumstances, url)
        elif back:
            title = _("Kit %(kit)s returned") % {"kit": item.kit}
            yield Entry(back, "package-check", "good", title, f"{item.units_returned} × {item.order.unit}", url)

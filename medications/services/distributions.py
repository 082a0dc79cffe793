"""Preparing a kit, handing it out, and what becomes of it (ICH E6(R3) 2.10.4, 21 CFR 312.62(a))."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications import policies, selectors
from medications.domain.adherence import AdherenceStatus, shown
from medications.domain.distributions import DistributionStatus, Offer, Returned, last_day_of_use, objections
from medications.domain.stock import KitState
from medications.events import DistributionChanged
from medications.models import Distribution, Kit, MedicationOrder, assigned_arm, fits_subject
from subjects.domain.deviations import AutomaticRule, Departure, DeviationCategory
from subjects.models import Subject, Visit
from subjects.services import propose_deviation, refuse_identity_in
from subjects.services.locking import locked, locked_row
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused, require
from trialcrm.core.events import publish

from .movements import move_kit
from .orders import PORTAL

_RELATED = ("study", "site")
_KIT = ("lot", "site", "study")


def _held(item: Distribution) -> Distribution:
    """The distribution as it is now, its subject held first and its kit last."""
    subject = locked_row(Subject, item.subject_id, "study", "site")
    item = locked(item, *_RELATED)
    item.subject = subject
    item.order = MedicationOrder.objects.select_related("product", "study", "site").get(pk=item.order_id)
    item.order.subject = subject
    item.kit = locked_row(Kit, item.kit_id, *_KIT)
    return item


@recorded("distribution.prepared", gettext_lazy("Kit prepared"))
def prepare_kit(
    *,
    by: Any,
    order: MedicationOrder,
    planned_on: date,
    planned_days: int,
    kit_number: str = "",
    visit: Visit | None = None,
) -> Distribution:
    """Set a kit aside for a participant: the one named, or the one that expires first of those that will do.

    Raises:
        Refused: the order is not active; with every reason at once, the kit may not be used; no kit is left.
    """
    order = MedicationOrder.objects.select_related("product", "study", "site", "subject__site", "subject__study").get(
        pk=order.pk
    )
    require(policies.prepare_kit(by, order))
    if planned_days < 1:
        require(refused(_("It is used for at least a day."), "planned_days"))
    if planned_on < clock.today(order.subject.site.time_zone):
        require(refused(_("This date is past."), "planned_on"))
    if visit is not None and visit.subject_id != order.subject_id:
        require(refused(_("This visit is somebody else's."), "visit"))
    last_use_on = last_day_of_use(planned_on, planned_days)
    kit = _named(order, kit_number, last_use_on) if kit_number else _first_expiring(order, last_use_on)
    item = Distribution(
        subject=order.subject,
        order=order,
        kit=kit,
        visit=visit,
        planned_on=planned_on,
        planned_days=planned_days,
        prepared_at=clock.now(),
        prepared_by_id=by.pk,
    )
    item.save()
    move_kit(by, kit, KitState.PREPARED, distribution=item)
    return _told(item)


def _named(order: MedicationOrder, number: str, last_use_on: date) -> Kit:
    found = Kit.objects.filter(study=order.study_id, number=number.strip()).select_related(*_KIT)
    kit = found.select_for_update(of=("self",)).first()
    if kit is None:
        raise Refused(refused(_("There is no kit of this number in the study."), "kit_number"))
    _require_usable(kit, order, last_use_on)
    return kit


def _require_usable(kit: Kit, order: MedicationOrder, last_use_on: date, *, is_prepared: bool = False) -> None:
    state = KitState.AVAILABLE if is_prepared and kit.state == KitState.PREPARED else kit.state
    offer = Offer(
        state=state,
        expires_on=kit.expires_on,
        is_released=kit.lot.released_on is not None,
        same_site=kit.site_id == order.site_id,
        same_product=kit.lot.product_id == order.product_id,
        fits=fits_subject(kit, order.subject),
        last_use_on=last_use_on,
    )
    reasons = list(objections(offer))
    if reasons:
        words = {"kit": kit.number, "reasons": " ".join(reasons)}
        require(refused(_("Kit %(kit)s cannot be used. %(reasons)s") % words, "kit_number"))


def _first_expiring(order: MedicationOrder, last_use_on: date) -> Kit:
    """First expiry, first out. Kits that somebody else is taking at this moment are passed over."""
    rows = Kit.objects.filter(
        site=order.site_id,
        state=KitState.AVAILABLE,
        lot__product=order.product_id,
        lot__released_on__isnull=False,
        expires_on__gte=last_use_on,
    )
    arm = assigned_arm(order.subject)
    if arm:
        rows = rows.filter(Q(content=None) | Q(content__arm=arm))
    ordered = rows.order_by("expires_on", "number").select_related(*_KIT)
    kit = ordered.select_for_update(of=("self",), skip_locked=True).first()
    if kit is None:
        raise Refused(refused(_("No kit in stock can be used for this order until then."), "kit_number"))
    return kit


@recorded("distribution.dispensed", gettext_lazy("Kit dispensed"))
def dispense_kit(
    *,
    by: Any,
    distribution: Distribution,
    kit_number: str,
    dispensed_at: datetime,
    units_dispensed: int,
    instructions_given: bool,
) -> Distribution:
    """Hand out a prepared kit whose number was read off the label once more.

    Raises:
        Refused: another number; a time in the future or before it was prepared; more units than the kit holds;
            instructions not given; the kit can no longer be used, with every reason at once.
    """
    item = _held(distribution)
    require(policies.dispense_kit(by, item))
    if kit_number.strip() != item.kit.number:
        require(refused(_("This is not the kit that was prepared. Nothing was handed out."), "kit_number"))
    on = clock.local(dispensed_at, item.subject.site.time_zone).date()
    if dispensed_at > clock.now():
        require(refused(_("This time lies in the future."), "dispensed_at"))
    if not 0 < units_dispensed <= item.kit.units:
        require(refused(_("The kit holds %(units)s units.") % {"units": item.kit.units}, "units_dispensed"))
    if not instructions_given:
        require(refused(_("The participant gets instructions with the kit."), "instructions_given"))
    _require_usable(item.kit, item.order, last_day_of_use(on, item.planned_days), is_prepared=True)
    item.status, item.dispensed_on, item.dispensed_at = DistributionStatus.DISPENSED, on, dispensed_at
    item.dispensed_by_id, item.units_dispensed = by.pk, units_dispensed
    item.instructions_given = instructions_given
    item.save()
    move_kit(by, item.kit, KitState.DISPENSED, distribution=item)
    return _told(item)


@recorded("distribution.put-back", gettext_lazy("Prepared kit put back"))
def put_back_kit(*, by: Any, distribution: Distribution, reason: str) -> Distribution:
    """Put a prepared kit back on the shelf; it may be prepared for somebody else."""
    item = _held(distribution)
    require(policies.put_back_kit(by, item))
    refuse_identity_in(item.subject, reason=reason)
    item.status, item.circumstances = DistributionStatus.CANCELLED, reason
    item.save()
    move_kit(by, item.kit, KitState.AVAILABLE, reason[:200], item)
    return _told(item)


@recorded("distribution.acknowledged", gettext_lazy("Receipt acknowledged"))
def acknowledge_receipt(*, by: Any, distribution: Distribution, units_acknowledged: int) -> Distribution:
    """The participant, or a witness from the site, says that the kit arrived in their hands.

    Raises:
        Refused: another number of units than was handed out; the site looks into it first.
    """
    item = _held(distribution)
    require(policies.acknowledge_receipt(by, item))
    if units_acknowledged != item.units_dispensed:
        require(
            refused(_("This is not the number that was handed out. Please talk to the site."), "units_acknowledged")
        )
    item.status, item.acknowledged_at, item.acknowledged_by_id = (
        DistributionStatus.ACKNOWLEDGED,
        clock.now(),
        by.pk,
    )
    item.units_acknowledged, item.is_witnessed = units_acknowledged, not policies.is_own(by, item.order)
    item.save()
    # A participant does not see the stock; the kit follows by itself.
    _follow(by=PORTAL, distribution=item, to=KitState.ACKNOWLEDGED)
    return _told(item)


@recorded("kit.followed", gettext_lazy("Kit follows its distribution"))
def _follow(*, by: Any, distribution: Distribution, to: str) -> Kit:
    return move_kit(by, distribution.kit, to, distribution=distribution)


@recorded("distribution.returned", gettext_lazy("Return counted"))
def count_return(*, by: Any, distribution: Distribution, returned: Returned) -> Distribution:
    """Count what came back. Adherence outside of its range over the interval is proposed as a deviation.

    Raises:
        Refused: more than was handed out, an impossible date, or a loss without words.
    """
    item = _held(distribution)
    require(policies.count_return(by, item))
    _require_count(item, returned)
    for name in (
        "returned_on",
        "units_returned",
        "units_lost",
        "empties_returned",
        "return_condition",
        "circumstances",
    ):
        setattr(item, name, getattr(returned, name))
    item.status, item.returned_by_id = DistributionStatus.RETURNED, by.pk
    item.save()
    move_kit(by, item.kit, KitState.RETURNED, distribution=item)
    _propose_deviation(item)
    return _told(item)


def _require_count(item: Distribution, returned: Returned) -> None:
    _require_day(item, returned.returned_on)
    out = item.units_dispensed or 0
    if returned.units_returned < 0 or returned.units_returned + returned.units_lost > out:
        require(
            refused(_("%(units)s units were handed out; no more can come back.") % {"units": out}, "units_returned")
        )
    if returned.units_lost < 0:
        require(refused(_("Nothing less than nothing is lost."), "units_lost"))
    if returned.units_lost and not returned.circumstances.strip():
        require(refused(_("Say what happened to them."), "circumstances"))
    refuse_identity_in(item.subject, circumstances=returned.circumstances)


def _require_day(item: Distribution, on: date) -> None:
    if on > clock.today(item.subject.site.time_zone):
        require(refused(_("This date lies in the future."), "returned_on"))
    if item.dispensed_on and on < item.dispensed_on:
        require(refused(_("This is before it was handed out."), "returned_on"))


@recorded("distribution.lost", gettext_lazy("Kit lost"))
def report_lost(
    *, by: Any, distribution: Distribution, returned_on: date, units_lost: int, circumstances: str
) -> Distribution:
    """Record that a kit will not come back: the units lost, the day on which that was reported, what happened."""
    item = _held(distribution)
    require(policies.report_lost(by, item))
    returned = Returned(returned_on, 0, units_lost, circumstances=circumstances)
    _require_count(item, returned)
    if not circumstances.strip():
        require(refused(_("Say what happened to them."), "circumstances"))
    item.status, item.returned_on, item.units_returned = DistributionStatus.LOST, returned_on, 0
    item.units_lost, item.circumstances, item.returned_by_id = units_lost, circumstances, by.pk
    item.save()
    move_kit(by, item.kit, KitState.LOST, distribution=item)
    _propose_deviation(item)
    return _told(item)


def _propose_deviation(item: Distribution) -> None:
    """Pill count below or above its range over an interval that is closed now."""
    interval = selectors.interval_of(PORTAL, item)
    if interval is None or interval.status not in (AdherenceStatus.LOW, AdherenceStatus.OVER):
        return
    words = {"percent": shown(interval.percent), "drug": item.order.drug}
    departure = Departure(
        description=_("Pill count of %(percent)s %% for %(drug)s.") % words,
        category=DeviationCategory.MEDICATION,
        starts_on=interval.starts_on,
        ends_on=interval.ends_on,
    )
    propose_deviation(
        by=PORTAL,
        subject=item.subject,
        departure=departure,
        rule=AutomaticRule.PILL_COUNT,
        occurrence=f"{item.subject_id}:{item.order.product_id}:{interval.starts_on}",
    )


@recorded("distribution.reconciled", gettext_lazy("Kit reconciled"))
def reconcile_kit(*, by: Any, distribution: Distribution, discrepancy_reason: str = "") -> Distribution:
    """Settle a counted return against what was expected; a difference needs an explanation.

    Raises:
        Refused: a difference without an explanation.
    """
    item = _held(distribution)
    require(policies.reconcile_kit(by, item))
    interval = selectors.interval_of(PORTAL, item)
    if interval and interval.count.discrepancy and not discrepancy_reason.strip():
        words = {"n": f"{float(interval.count.discrepancy):+g}"}
        require(
            refused(_("The count differs by %(n)s from what was expected. Explain it.") % words, "discrepancy_reason")
        )
    refuse_identity_in(item.subject, discrepancy_reason=discrepancy_reason)
    item.status, item.discrepancy_reason = DistributionStatus.RECONCILED, discrepancy_reason
    item.reconciled_at, item.reconciled_by_id = clock.now(), by.pk
    item.save()
    move_kit(by, item.kit, KitState.RECONCILED, distribution=item)
    return _told(item)


@recorded("distribution.verified", gettext_lazy("Reconciliation verified"))
def verify_reconciliation(*, by: Any, distribution: Distribution) -> Distribution:
    """The monitor confirms a reconciliation that somebody else made; only then may the kit be disposed of."""
    item = _held(distribution)
    require(policies.verify_reconciliation(by, item))
    item.verified_at, item.verified_by_id = clock.now(), by.pk
    item.save()
    return _told(item)


def _told(item: Distribution) -> Distribution:
    publish(DistributionChanged(item.study_id, item.site_id, item.subject_id, item.pk, item.status))
    return item

"""Orders, kits, distributions, doses and deviations in every state, at site 701 and at site 702."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from medications import services
from medications.domain.stock import KitState
from medications.models import Distribution, Kit, KitContent, MedicationOrder
from subjects import services as subject_services
from subjects.models import Arm, Site, Subject
from subjects.services import Departure
from tests.support.days import in_days
from tests.support.medications import Pharmacy, pharmacy
from trialcrm.core import clock

WHY = "The participant asked for it"


@dataclass
class Shelf:
    """What a site needs to have everything in it."""

    world: Any
    shop: Pharmacy
    site: Site
    subject: Subject
    number: int = 0

    @property
    def staff(self) -> tuple[Any, Any, Any]:
        """Who drafts, who prescribes and who dispenses here."""
        here = self.site == self.world.site
        if here:
            return self.world.coordinator, self.world.investigator, self.world.pharmacist
        return self.world.outsider, self.world.other_investigator, services.PORTAL

    def kits(self, count: int = 1) -> list[Kit]:
        """New kits on the shelf."""
        self.number += count
        numbers = [f"K{self.site.number}-{self.number - offset}" for offset in range(count)]
        return self.shop.kits(*numbers, site=self.site)

    def product(self) -> Any:
        """Another product, so that another order may run."""
        self.number += 1
        return services.register_product(
            by=self.world.manager,
            study=self.world.study,
            name=f"Product {self.site.number}-{self.number}",
            dose_form="TABLET",
            route="ORAL",
            unit="tablet",
        )

    def order(self, signed: bool = True, **facts: Any) -> MedicationOrder:
        facts = {"product": self.product(), "dose_amount": Decimal(5), **facts}
        return (self.shop.order if signed else self.shop.draft)(self.subject, **facts)


def populate(world: Any) -> None:
    """Each table in each state, for the canary first."""
    shop = pharmacy(world)
    _another_lot(world, shop)
    for site, subject in ((world.site, world.canary), (world.other_site, _treated(world.other_site))):
        shelf = Shelf(world, shop, site, subject)
        _kits(shelf)
        _orders(shelf)
        _distributions(shelf)
        _deviations(shelf)
        shop.sent(f"T{site.number}-1", site=site)


def _treated(site: Site) -> Subject:
    found = Subject.objects.filter(site=site, state="on_treatment").order_by("subject_id").first()
    assert found is not None
    return Subject.objects.select_related("study", "site").get(pk=found.pk)


def _another_lot(world: Any, shop: Pharmacy) -> None:
    """One that is not released yet."""
    shop.another_lot("L-unreleased", world.today() + timedelta(days=300), released=False)


def _kits(shelf: Shelf) -> None:
    """Kits that nobody gets: quarantined, damaged, expired, missing, disposed of; and what one of them holds."""
    by = shelf.staff[2]
    available, quarantined, damaged, destroyed = shelf.kits(4)
    services.quarantine_kit(by=by, kit=quarantined, reason=WHY)
    for kit in (damaged, destroyed):
        services.damage_kit(by=by, kit=kit, reason=WHY)
    services.dispose_kit(by=by, kit=destroyed, to=KitState.DESTROYED, document="AUTH-1", witness="A witness")
    site = shelf.site
    shipment = shelf.shop.sent(f"M{site.number}-1", site=site)
    shelf.shop.receive(shipment, by, kits_received=0, missing=(f"M{site.number}-1",))
    old = shelf.shop.another_lot(f"L-old-{site.number}", shelf.world.today(site))
    (expiring,) = shelf.shop.kits(f"X{site.number}-1", site=site, lot=old)
    with clock.frozen(in_days(2)):
        services.expire_kit(by=by, kit=expiring)
    (gone,) = shelf.shop.kits(f"X{site.number}-2", site=site, lot=old)
    with clock.frozen(in_days(2)):
        services.expire_kit(by=by, kit=gone)
    services.dispose_kit(by=by, kit=gone, to=KitState.SENT_BACK, document="AUTH-2", witness="A witness")
    arm = Arm.objects.filter(study=shelf.world.study).order_by("-code").first()
    assert arm is not None
    services.record_content(by=services.PORTAL, site=site, kits={available.number: arm.code})
    assert KitContent.objects.filter(site=site).exists()


def _orders(shelf: Shelf) -> None:
    """An order in each state but active, which the kits need."""
    drafts, doctor, _pharmacist = shelf.staff
    today = shelf.world.today(shelf.site)
    shelf.order(signed=False)
    services.cancel_order(by=drafts, order=shelf.order(signed=False), reason=WHY)
    held = shelf.order()
    services.hold_order(by=doctor, order=held, held_on=today, hold_reason="other", reason=WHY)
    services.complete_order(by=doctor, order=shelf.order(), ended_on=today, reason=WHY)
    services.discontinue_order(by=doctor, order=shelf.order(), ended_on=today, reason=WHY)
    old = shelf.order()
    facts = shelf.shop.prescription(shelf.subject, product=old.product, frequency="BID")
    shelf.shop.sign(services.revise_order(by=drafts, order=old, prescription=facts, reason=WHY))
    services.give_feedback(by=drafts, order=held, about="order", text="Wait for our call")


def _distributions(shelf: Shelf) -> None:
    """A distribution in each state, and an entry about a dose."""
    coordinator, _doctor, by = shelf.staff
    order = shelf.shop.order(shelf.subject)
    shelf.kits(9)
    shelf.shop.dispensed(order, by=by)
    acknowledged = shelf.shop.dispensed(order, by=by)
    services.acknowledge_receipt(by=_taker(shelf), distribution=acknowledged, units_acknowledged=30)
    shelf.shop.returned(shelf.shop.dispensed(order, by=by), 30, by=by)
    for is_verified in (False, True):
        _reconciled(shelf, order, is_verified)
    services.report_lost(
        by=by,
        distribution=shelf.shop.dispensed(order, by=by),
        returned_on=shelf.world.today(shelf.site),
        units_lost=30,
        circumstances=WHY,
    )
    shelf.shop.prepared(order, by=by)
    services.put_back_kit(by=by, distribution=shelf.shop.prepared(order, by=by), reason=WHY)
    services.log_dose(by=coordinator, order=order, adherence_status="extra", proxy_reason=WHY)
    if shelf.subject == shelf.world.canary:
        services.log_dose(by=shelf.world.participant, order=order, adherence_status="extra")
    words = "feather-feedback: well done" if shelf.subject == shelf.world.canary else "Well done"
    services.give_feedback(by=coordinator, order=order, about="adherence", text=words)


def _taker(shelf: Shelf) -> Any:
    """Who says that a kit has arrived: the canary themselves, and staff for those without an account."""
    return shelf.world.participant if shelf.subject == shelf.world.canary else shelf.staff[0]


def _reconciled(shelf: Shelf, order: MedicationOrder, is_verified: bool) -> Distribution:
    by = shelf.staff[2]
    item = shelf.shop.returned(shelf.shop.dispensed(order, by=by), 30, by=by)
    item = services.reconcile_kit(by=by, distribution=item, discrepancy_reason=WHY)
    return services.verify_reconciliation(by=shelf.world.monitor, distribution=item) if is_verified else item


def _deviations(shelf: Shelf) -> None:
    """A deviation in each state."""
    by = shelf.staff[0]
    doctor = shelf.staff[1]

    def recorded(**facts: Any) -> Any:
        what = Departure("Blood was drawn after breakfast.", "procedure", shelf.world.today(shelf.site))
        return subject_services.record_deviation(by=by, subject=shelf.subject, departure=what, **facts)

    recorded(is_certain=False)
    subject_services.dismiss_deviation(by=by, deviation=recorded(is_certain=False), reason=WHY)
    recorded()
    for steps in range(1, 4):
        _settled(recorded(), by, doctor, steps)


def _settled(item: Any, by: Any, doctor: Any, steps: int) -> None:
    """Assessed (1), with an action (2), closed (3)."""
    item = subject_services.assess_deviation(
        by=doctor, deviation=item, importance="minor", impact="None", immediate_hazard=False, serious_breach=False
    )
    if steps > 1:
        item = subject_services.plan_action(
            by=by,
            deviation=item,
            root_cause=WHY,
            corrective_action=WHY,
            action_owner=by,
            action_due_on=item.discovered_on,
        )
    if steps > 2:
        subject_services.close_deviation(by=by, deviation=item)

"""Medication for tests, through the front door: a product, a lot, kits on the shelf, signed orders, kits handed out."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from medications import services
from medications.domain.stock import Arrival
from medications.models import Distribution, Kit, Lot, MedicationOrder, Product, Shipment
from medications.services import Prescription, Returned
from subjects.models import Site, Subject
from tests.support.signing import proof_for
from trialcrm.core import clock


@dataclass
class Pharmacy:
    """A study's supply; `trial` is the cast."""

    trial: Any
    product: Product
    lot: Lot

    def kits(self, *numbers: str, site: Site | None = None, lot: Lot | None = None, units: int = 30) -> list[Kit]:
        """Kits on the shelf of a site."""
        shipment = self.sent(*numbers, site=site, lot=lot, units=units)
        here = shipment.site_id == self.trial.site.pk
        by = self.trial.pharmacist if here else services.PORTAL
        self.receive(shipment, by)
        return list(Kit.objects.filter(shipment=shipment).select_related("lot", "site", "study").order_by("number"))

    def sent(self, *numbers: str, site: Site | None = None, lot: Lot | None = None, units: int = 30) -> Shipment:
        site, lot = site or self.trial.site, lot or self.lot
        return services.send_shipment(
            by=self.trial.manager,
            lot=lot,
            site=site,
            number=f"SH-{site.number}-{numbers[0]}",
            sent_on=self.trial.today(),
            kits=[(number, units) for number in numbers],
        )

    def receive(self, shipment: Shipment, by: Any = None, **facts: Any) -> Shipment:
        arrival = {
            "received_at": clock.now(),
            "kits_received": shipment.kits_sent,
            "condition": "intact",
            "temperature_ok": True,
            **facts,
        }
        return services.receive_shipment(by=by or self.trial.pharmacist, shipment=shipment, arrival=Arrival(**arrival))

    def another_lot(
        self, number: str, expires_on: date, *, released: bool = True, product: Product | None = None
    ) -> Lot:
        by = self.trial.manager
        lot = services.register_lot(by=by, product=product or self.product, number=number, expires_on=expires_on)
        return release(by, lot) if released else lot

    def prescription(self, subject: Subject, **facts: Any) -> Prescription:
        today = self.trial.today(subject.site)
        return Prescription(
            **{
                "product": self.product,
                "dose_amount": Decimal(54),
                "dose_unit": "mg",
                "units_per_dose": Decimal(1),
                "dose_form": "PATCH",
                "route": "TRANSDERMAL",
                "frequency": "QD",
                "starts_on": today,
                "ends_on": today + timedelta(days=180),
                "instructions": "One patch on the back each morning.",
                **facts,
            }
        )

    def draft(self, subject: Subject, **facts: Any) -> MedicationOrder:
        by = self._coordinator(subject)
        return services.draft_order(by=by, subject=subject, prescription=self.prescription(subject, **facts))

    def order(self, subject: Subject, **facts: Any) -> MedicationOrder:
        """A signed order."""
        return self.sign(self.draft(subject, **facts))

    def sign(self, order: MedicationOrder) -> MedicationOrder:
        by = self._doctor(order.subject)
        order = MedicationOrder.objects.select_related("subject__site", "subject__study", "product").get(pk=order.pk)
        return services.sign_order(by=by, order=order, proof=proof_for(by, order))

    def prepared(self, order: MedicationOrder, kit: str = "", days: int = 28, by: Any = None) -> Distribution:
        return services.prepare_kit(
            by=by or self._pharmacist(order.subject),
            order=order,
            kit_number=kit,
            planned_on=self.trial.today(order.subject.site),
            planned_days=days,
        )

    def dispensed(self, order: MedicationOrder, kit: str = "", days: int = 28, by: Any = None) -> Distribution:
        item = self.prepared(order, kit, days, by)
        return services.dispense_kit(
            by=by or self._pharmacist(order.subject),
            distribution=item,
            kit_number=item.kit.number,
            dispensed_at=clock.now(),
            units_dispensed=item.kit.units,
            instructions_given=True,
        )

    def returned(self, item: Distribution, units: int, lost: int = 0, by: Any = None) -> Distribution:
        facts = {"circumstances": "Fell into the sink."} if lost else {}
        back = Returned(self.trial.today(item.subject.site), units, lost, **facts)
        return services.count_return(by=by or self._pharmacist(item.subject), distribution=item, returned=back)

    def _here(self, subject: Subject) -> bool:
        return subject.site_id == self.trial.site.pk

    def _coordinator(self, subject: Subject) -> Any:
        return self.trial.coordinator if self._here(subject) else self.trial.outsider

    def _doctor(self, subject: Subject) -> Any:
        return self.trial.investigator if self._here(subject) else self.trial.other_investigator

    def _pharmacist(self, subject: Subject) -> Any:
        return self.trial.pharmacist if self._here(subject) else services.PORTAL


def release(by: Any, lot: Lot) -> Lot:
    return services.release_lot(by=by, lot=lot, released_on=clock.now().date(), release_reference="COA-1")


def pharmacy(trial: Any, *, expires_in: int = 400) -> Pharmacy:
    """A product and a released lot of it."""
    by = trial.manager
    product = services.register_product(
        by=by,
        study=trial.study,
        name="Xanomeline 54 mg or placebo",
        dose_form="PATCH",
        route="TRANSDERMAL",
        unit="patch",
        strength="54 mg",
        storage_from=Decimal(15),
        storage_to=Decimal(25),
    )
    expires_on = trial.today() + timedelta(days=expires_in)
    lot = services.register_lot(by=by, product=product, number="L2", expires_on=expires_on)
    return Pharmacy(trial, product, release(by, lot))

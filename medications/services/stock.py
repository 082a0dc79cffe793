"""Supplying sites and keeping their stock (ICH E6(R3) 2.10.4 and 3.15.3, 21 CFR 312.57, 312.59 and 312.62(a))."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications import policies
from medications.domain.stock import CAN_EXPIRE, Arrival, Condition, KitState, ShipmentStatus
from medications.models import Kit, KitContent, Lot, Product, Shipment
from subjects.models import Arm, Site, Study
from subjects.services.locking import locked
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require

from .movements import enter_kits, move_kit, move_kits

_RELATED = ("lot", "site", "study")


@recorded("product.registered", gettext_lazy("Product registered"))
def register_product(
    *,
    by: Any,
    study: Study,
    name: str,
    dose_form: str,
    route: str,
    unit: str,
    strength: str = "",
    storage_from: Decimal | None = None,
    storage_to: Decimal | None = None,
) -> Product:
    """Register what the label of a study's medication says, the same for every arm of a blinded study.

    Raises:
        Refused: the name is taken, or the storage range is turned round.
    """
    require(policies.supply_study(by, study))
    if Product.objects.filter(study=study, name=name).exists():
        require(refused(_("There is a product of this name."), "name"))
    if storage_from is not None and storage_to is not None and storage_from > storage_to:
        require(refused(_("The range ends below its beginning."), "storage_to"))
    product = Product(study=study, name=name, dose_form=dose_form, route=route, unit=unit, strength=strength)
    product.storage_from, product.storage_to = storage_from, storage_to
    product.save()
    return product


@recorded("lot.registered", gettext_lazy("Lot registered"))
def register_lot(*, by: Any, product: Product, number: str, expires_on: date) -> Lot:
    """Register a batch of a product. It is handed out once it is released.

    Raises:
        Refused: the number is taken in this study.
    """
    require(policies.supply_study(by, product.study))
    if Lot.objects.filter(study=product.study_id, number=number).exists():
        require(refused(_("There is a lot of this number."), "number"))
    lot = Lot(study=product.study, product=product, number=number, expires_on=expires_on)
    lot.save()
    return lot


@recorded("lot.released", gettext_lazy("Lot released"))
def release_lot(*, by: Any, lot: Lot, released_on: date, release_reference: str) -> Lot:
    """Release a lot for use at the sites, on the certificate named.

    Raises:
        Refused: released before, a date in the future, or no reference.
    """
    lot = locked(lot, "study")
    require(policies.release_lot(by, lot))
    if released_on > clock.now().date():
        require(refused(_("This date lies in the future."), "released_on"))
    if not release_reference.strip():
        require(refused(_("Name the certificate."), "release_reference"))
    lot.released_on, lot.release_reference = released_on, release_reference
    lot.save()
    return lot


@recorded("shipment.sent", gettext_lazy("Shipment sent"))
def send_shipment(
    *, by: Any, lot: Lot, site: Site, number: str, sent_on: date, kits: Iterable[tuple[str, int]]
) -> Shipment:
    """Send kits of one lot to a site: numbers with their units.

    Raises:
        Refused: another study's site, no kits, or a number that is taken.
    """
    require(policies.supply_study(by, site))
    wanted = list(kits)
    _require_new_numbers(lot, site, number, [kit for kit, _units in wanted])
    shipment = Shipment(study=lot.study, site=site, lot=lot, number=number, sent_on=sent_on, kits_sent=len(wanted))
    shipment.save()
    fresh = [Kit(study=lot.study, site=site, lot=lot, shipment=shipment, number=kit, units=n) for kit, n in wanted]
    enter_kits(by, fresh, number)
    return shipment


def _require_new_numbers(lot: Lot, site: Site, number: str, kits: list[str]) -> None:
    if site.study_id != lot.study_id:
        require(refused(_("This site belongs to another study."), "site"))
    if Shipment.objects.filter(study=lot.study_id, number=number).exists():
        require(refused(_("There is a shipment of this number."), "number"))
    if not kits:
        require(refused(_("Say which kits are in it."), "kits"))
    twice = {kit for kit in kits if kits.count(kit) > 1}
    known = twice | set(Kit.objects.filter(study=lot.study_id, number__in=kits).values_list("number", flat=True))
    if known:
        require(refused(_("These numbers are taken: %(kits)s.") % {"kits": ", ".join(sorted(known))}, "kits"))


@recorded("shipment.received", gettext_lazy("Shipment received"))
def receive_shipment(*, by: Any, shipment: Shipment, arrival: Arrival) -> Shipment:
    """Record that a shipment arrived. After damage or an excursion of temperature all its kits are quarantined.

    Raises:
        Refused: received before, a time in the future, or a count that differs from the kits sent less those named
            as missing.
    """
    shipment = locked(shipment, *_RELATED)
    require(policies.receive_shipment(by, shipment))
    kits = list(shipment.kits.select_for_update(of=("self",)).select_related("lot", "site"))
    _require_sound(arrival, kits)
    shipment.status, shipment.received_by_id = ShipmentStatus.ARRIVED, by.pk
    for name in ("received_at", "kits_received", "condition", "temperature_ok", "remarks"):
        setattr(shipment, name, getattr(arrival, name))
    shipment.save()
    is_good = arrival.temperature_ok and arrival.condition == Condition.INTACT
    there = [kit for kit in kits if kit.number not in arrival.missing]
    move_kits(by, [kit for kit in kits if kit.number in arrival.missing], KitState.MISSING, shipment.number)
    move_kits(by, there, KitState.RECEIVED, shipment.number)
    move_kits(by, there, KitState.AVAILABLE if is_good else KitState.QUARANTINED, shipment.number)
    return shipment


def _require_sound(arrival: Arrival, kits: list[Kit]) -> None:
    if arrival.received_at > clock.now():
        require(refused(_("This time lies in the future."), "received_at"))
    unknown = set(arrival.missing) - {kit.number for kit in kits}
    if unknown:
        words = {"kits": ", ".join(sorted(unknown))}
        require(refused(_("These kits are not in this shipment: %(kits)s.") % words, "missing"))
    expected = len(kits) - len(set(arrival.missing))
    if arrival.kits_received != expected:
        counts = {"sent": len(kits), "expected": expected}
        text = _("%(sent)s kits were sent and %(expected)s are not named as missing. Count again.") % counts
        require(refused(text, "kits_received"))


def _held(kit: Kit) -> Kit:
    return locked(kit, *_RELATED)


def _require_words(text: str, field: str) -> None:
    if not text.strip():
        require(refused(_("Say why, or on which document."), field))


@recorded("kit.quarantined", gettext_lazy("Kit quarantined"))
def quarantine_kit(*, by: Any, kit: Kit, reason: str) -> Kit:
    """Keep a kit from being handed out until somebody decides about it."""
    kit = _held(kit)
    require(policies.quarantine_kit(by, kit))
    _require_words(reason, "reason")
    return move_kit(by, kit, KitState.QUARANTINED, reason[:200])


@recorded("kit.released", gettext_lazy("Kit released"))
def release_kit(*, by: Any, kit: Kit, document: str) -> Kit:
    """Put a quarantined kit back into stock, on the sponsor's decision named."""
    kit = _held(kit)
    require(policies.release_kit(by, kit))
    _require_words(document, "document")
    return move_kit(by, kit, KitState.AVAILABLE, document)


@recorded("kit.damaged", gettext_lazy("Kit damaged"))
def damage_kit(*, by: Any, kit: Kit, reason: str) -> Kit:
    """Take a damaged kit out of stock."""
    kit = _held(kit)
    require(policies.damage_kit(by, kit))
    _require_words(reason, "reason")
    return move_kit(by, kit, KitState.DAMAGED, reason[:200])


@recorded("kit.expired", gettext_lazy("Kit expired"))
def expire_kit(*, by: Any, kit: Kit) -> Kit:
    """Take a kit out of stock whose last day of use is over.

    Raises:
        Refused: it has not expired.
    """
    kit = _held(kit)
    require(policies.expire_kit(by, kit))
    if kit.expires_on >= clock.today(kit.site.time_zone):
        require(refused(_("It has not expired yet.")))
    return move_kit(by, kit, KitState.EXPIRED)


@recorded("kit.expired-all", gettext_lazy("Expired kits taken out of stock"))
def expire_stock(*, by: Any) -> list[Kit]:
    """Take every expired kit out of stock, by the calendar of each site; for the nightly duty."""
    found: list[Kit] = []
    for site in Site.objects.filter(pk__in=Kit.objects.filter(state__in=CAN_EXPIRE).values("site")):
        today = clock.today(site.time_zone)
        rows = Kit.objects.filter(site=site, state__in=CAN_EXPIRE, expires_on__lt=today)
        taken = rows.select_for_update(of=("self",), skip_locked=True).select_related(*_RELATED)
        found += [move_kit(by, kit, KitState.EXPIRED) for kit in taken]
    return found


@recorded("kit.disposed", gettext_lazy("Kit disposed of"))
def dispose_kit(*, by: Any, kit: Kit, to: str, document: str, witness: str) -> Kit:
    """Destroy a kit or send it back, on the sponsor's authorisation and before a witness.

    Raises:
        Refused: neither way; not verified by the monitor; no authorisation or no witness.
    """
    kit = _held(kit)
    require(policies.dispose_kit(by, kit))
    if to not in (KitState.DESTROYED, KitState.SENT_BACK):
        require(refused(_("It is destroyed or sent back."), "to"))
    _require_words(document, "document")
    if not witness.strip():
        require(refused(_("Name the witness."), "witness"))
    return move_kit(by, kit, to, _("%(document)s, witness %(witness)s") % {"document": document, "witness": witness})


@recorded("kit.content-recorded", gettext_lazy("Content of kits recorded"))
def record_content(*, by: Any, kits: dict[str, str], site: Site) -> list[KitContent]:
    """Record which arm each kit of a site holds, by numbers and codes of arms; only for the unblinded.

    Raises:
        Refused: a kit or an arm that is not known, or whose content is known already.
    """
    found = {kit.number: kit for kit in Kit.objects.filter(site=site, number__in=kits, content=None)}
    arms = {arm.code: arm for arm in Arm.objects.filter(study=site.study_id)}
    if set(kits) - set(found) or set(kits.values()) - set(arms):
        require(refused(_("A kit or an arm in this list is not known here, or was listed before.")))
    contents = []
    for number, code in kits.items():
        require(policies.record_content(by, found[number]))
        content = KitContent(study=site.study, site=site, kit=found[number], arm=arms[code])
        content.save()
        contents.append(content)
    return contents

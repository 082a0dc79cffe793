"""Medication of the demo: what the sponsor sent, what is ordered, handed out, taken and counted, and what waits today.

Everything is done by whoever would do it. Sites without a pharmacist in the cast are served by the central pharmacy.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from medications import services
from medications.domain.adherence import DoseStatus
from medications.domain.slots import doses
from medications.domain.stock import Arrival
from medications.models import Distribution, Kit, Lot, MedicationOrder, Product
from medications.selectors import kit_in_hand, regimen_of
from medications.services import Prescription, Returned
from subjects.models import Membership, Study, Subject
from trialcrm.access.roles import Role
from trialcrm.core import clock
from trialcrm.core.decisions import Refused
from trialcrm.users.models import User
from trialcrm.users.services.proofs import witnessed

from .cast import holders
from .clockwork import Story, in_turns
from .days import moment, next_working_day
from .shelves import SUPPLIES, Shelf
from .world import BY_NUMBER, World

_DAY = timedelta(days=1)
_USE = 28
#: Spare units in a kit, for visits that come late.
_SPARE = 7
#: Kits handed out longer ago than this are not told in the demo, except the last of each participant.
_TOLD = 49
#: For how long diaries are told; the dose of today is still to be entered.
_DIARY, _UNTOLD = timedelta(days=7), timedelta(hours=20)


def supplies(world: World) -> Iterator[Story]:
    """The stories of medication, played after the lives of the participants, because they look at people there."""
    for study in Study.objects.filter(protocol_id__in=SUPPLIES):
        numbers = [number for number, place in BY_NUMBER.items() if place.study == study.protocol_id]
        if any(_treated(world, number) for number in numbers):
            yield _study(world, study, numbers)


def _treated(world: World, number: str) -> list[Subject]:
    rows = Subject.objects.filter(site=world.sites[number], first_dose_on__isnull=False)
    return list(rows.select_related("study", "site").order_by("subject_id"))


def _manager(world: World) -> User:
    return world.users[holders(Role.SPMGR, "")[0].email]


def _study(world: World, study: Study, numbers: list[str]) -> Story:
    """What the sponsor sends first; then each site with its participants, in the order of time."""
    yield world.now - timedelta(days=_TOLD + 90)
    supply, by = SUPPLIES[study.protocol_id], _manager(world)
    product = services.register_product(
        by=by,
        study=study,
        name=supply.name,
        dose_form=supply.dose_form,
        route=supply.route,
        unit=supply.unit,
        strength=f"{supply.dose} mg",
        storage_from=Decimal(15),
        storage_to=Decimal(25),
    )
    lots = [_lot(by, product, f"{study.protocol_id[-2:]}{letter}24", days, world) for letter, days in _LOTS]
    stories = [_site(_shelf(world, number, product, lots)) for number in numbers]
    yield from in_turns(stories, world.now)


#: Lots by letter, with the days until they expire: one soon, one in between, one that lasts.
_LOTS = (("A", 24), ("B", 75), ("C", 400))


def _lot(by: User, product: Product, number: str, days: int, world: World) -> Lot:
    lot = services.register_lot(
        by=by, product=product, number=number, expires_on=world.now.date() + timedelta(days=days)
    )
    return services.release_lot(by=by, lot=lot, released_on=clock.now().date(), release_reference=f"COA-{number}")


def _shelf(world: World, number: str, product: Product, lots: list[Lot]) -> Shelf:
    # Chance shall be the same each time the demo is built.
    return Shelf(world, number, product, Random(f"drugs/{number}"), lots)  # noqa: S311


def _site(shelf: Shelf) -> Story:
    people = _treated(shelf.world, shelf.number)
    yield shelf.at(shelf.today - timedelta(days=_TOLD + 80), 9)
    for place, lot in enumerate(shelf.lots):
        _received(shelf, lot, place, (4, 8, 16 + 4 * len(people))[place])
    courses = [_course(shelf, subject) for subject in people]
    yield from in_turns([*courses, _diaries(shelf)], shelf.world.now)
    yield max(clock.now(), min(shelf.world.now, shelf.at(shelf.today, 7)))
    _waits_today(shelf)


def _received(shelf: Shelf, lot: Lot, place: int, count: int) -> None:
    supply_number = f"{shelf.number}-{place + 1}"
    numbers = [f"{shelf.number}{place + 1}{number:03d}" for number in range(1, count + 1)]
    shipment = services.send_shipment(
        by=_manager(shelf.world),
        lot=lot,
        site=shelf.world.sites[shelf.number],
        number=f"S-{supply_number}",
        sent_on=clock.today(shelf.zone),
        kits=[(number, _USE + _SPARE) for number in numbers],
    )
    arrival = Arrival(clock.now(), count, "intact", True)
    services.receive_shipment(by=shelf.pharmacist, shipment=shipment, arrival=arrival)


def _course(shelf: Shelf, subject: Subject) -> Story:
    """One participant: an order from the first dose told here, a kit each four weeks, and what came back."""
    rng = Random(f"drugs/{subject.subject_id}")  # noqa: S311  (the same each time the demo is built)
    first = subject.first_dose_on or shelf.today
    last = subject.last_dose_on or subject.ended_on or shelf.today
    starts = max(first, shelf.today - timedelta(days=_TOLD))
    yield shelf.at(next_working_day(starts), 11)
    if starts >= last or subject.state not in ("on_treatment", "randomised"):
        return
    order = _ordered(shelf, subject, clock.today(shelf.zone))
    item: Distribution | None = None
    while clock.today(shelf.zone) <= shelf.today:
        yield clock.now() + timedelta(minutes=40)
        if item is not None:
            _counted(shelf, item, rng)
        item = _handed(shelf, order)
        if item is None:
            return
        yield clock.now() + timedelta(hours=3)
        if rng.random() < 0.85:
            _acknowledged(shelf, item)
        yield shelf.at(next_working_day(clock.today(shelf.zone) + timedelta(days=_USE)), 10)


def _ordered(shelf: Shelf, subject: Subject, on: date) -> MedicationOrder:
    team, supply = shelf.world.team(shelf.number), shelf.supply()
    prescription = Prescription(
        product=shelf.product,
        dose_amount=Decimal(supply.dose),
        dose_unit="mg",
        units_per_dose=Decimal(1),
        dose_form=supply.dose_form,
        route=supply.route,
        frequency="QD",
        starts_on=on,
        ends_on=on + timedelta(days=250),
        instructions=supply.instructions,
    )
    order = services.draft_order(by=team.coordinator, subject=subject, prescription=prescription)
    order = MedicationOrder.objects.select_related("subject__site", "subject__study", "product").get(pk=order.pk)
    return services.sign_order(by=team.physician, order=order, proof=witnessed(team.physician, order))


def _handed(shelf: Shelf, order: MedicationOrder) -> Distribution | None:
    try:
        item = _prepared(shelf, order, clock.today(shelf.zone))
    except Refused:  # the participant left, or the shelf is empty
        return None
    return services.dispense_kit(
        by=shelf.pharmacist,
        distribution=item,
        kit_number=item.kit.number,
        dispensed_at=clock.now(),
        units_dispensed=item.kit.units,
        instructions_given=True,
    )


def _prepared(shelf: Shelf, order: MedicationOrder, on: date) -> Distribution:
    return services.prepare_kit(by=shelf.pharmacist, order=order, planned_on=on, planned_days=_USE)


def _acknowledged(shelf: Shelf, item: Distribution) -> None:
    """By the participant of the cast, for all others with the coordinator as witness."""
    own = Membership.objects.filter(role=Role.PART, subject=item.subject_id).select_related("user").first()
    by = own.user if own else shelf.world.team(shelf.number).coordinator
    services.acknowledge_receipt(by=by, distribution=item, units_acknowledged=item.units_dispensed or 0)


def _counted(shelf: Shelf, item: Distribution, rng: Random) -> None:
    """What came back: mostly the spare ones, sometimes many more, now and then some were lost."""
    days = (clock.today(shelf.zone) - (item.dispensed_on or shelf.today)).days
    left = max(0, (item.units_dispensed or 0) - days)
    units = min(left + rng.choices((0, 1, 2, 4, 8), (40, 25, 15, 12, 8))[0], item.units_dispensed or 0)
    lost = min(2, units) if rng.random() < 0.06 else 0
    told = "Fell into the sink." if lost else ""
    back = Returned(clock.today(shelf.zone), units - lost, lost, True, "intact", told)
    item = services.count_return(by=shelf.pharmacist, distribution=item, returned=back)
    if rng.random() < 0.7:
        why = "The participant forgot some doses." if units != left else ""
        services.reconcile_kit(by=shelf.pharmacist, distribution=item, discrepancy_reason=why or "Counted twice.")


def _waits_today(shelf: Shelf) -> None:
    """Kits prepared for today, one in quarantine, a draft to sign, a shipment on its way."""
    site, running = shelf.world.sites[shelf.number], _running(shelf)
    for order in running[:3]:
        _try_to_prepare(shelf, order)
    kit = Kit.objects.filter(site=site, state="available").order_by("-number").first()
    if kit:
        services.quarantine_kit(by=shelf.pharmacist, kit=kit, reason="The label is torn.")
    services.send_shipment(
        by=_manager(shelf.world),
        lot=shelf.lots[-1],
        site=site,
        number=f"S-{shelf.number}-9",
        sent_on=shelf.today - _DAY,
        kits=[(f"{shelf.number}9{number:03d}", _USE + _SPARE) for number in range(1, 7)],
    )
    _written(shelf, running)


def _running(shelf: Shelf) -> list[MedicationOrder]:
    rows = MedicationOrder.objects.filter(site=shelf.world.sites[shelf.number], status="active")
    related = ("subject__site", "subject__study", "product", "study", "site")
    return list(rows.select_related(*related).order_by("subject__subject_id"))


def _try_to_prepare(shelf: Shelf, order: MedicationOrder) -> None:
    try:
        _prepared(shelf, order, shelf.today)
    except Refused:  # no kit is left that keeps for four weeks
        return


def _diaries(shelf: Shelf) -> Story:
    """Doses of the last days, each entered in its turn: of participants with an account first, and of some others."""
    yield moment(shelf.today - _DIARY, time(), shelf.zone)
    site = shelf.world.sites[shelf.number]
    with_account = set(Membership.objects.filter(role=Role.PART, subject__site=site).values_list("subject", flat=True))
    chosen = sorted(_running(shelf), key=lambda order: order.subject_id not in with_account)[:6]
    yield from in_turns([_diary(shelf, order) for order in chosen], shelf.world.now)


def _diary(shelf: Shelf, order: MedicationOrder) -> Story:
    """Entries by the participant of the cast, read from paper by the coordinator for others; a few are missing."""
    own = Membership.objects.filter(role=Role.PART, subject=order.subject_id).select_related("user").first()
    by = own.user if own else shelf.world.team(shelf.number).coordinator
    rng = Random(f"doses/{order.subject}")  # noqa: S311  (the same each time the demo is built)
    for dose in doses([regimen_of(order)], shelf.today - _DIARY, shelf.today + _DAY, shelf.zone):
        if dose.slot_at > shelf.world.now - _UNTOLD:
            return
        yield dose.slot_at + timedelta(minutes=rng.randrange(5, 300))
        if rng.random() < 0.05 or kit_in_hand(order, dose.day) is None:
            continue
        status = DoseStatus.TAKEN if rng.random() < 0.92 else DoseStatus.MISSED
        facts: dict[str, Any] = {"missed_reason": "forgot"} if status == DoseStatus.MISSED else {}
        services.log_dose(
            by=by,
            order=order,
            slot_at=dose.slot_at,
            adherence_status=status,
            proxy_reason="Read from the diary.",
            **facts,
        )


def _written(shelf: Shelf, running: list[MedicationOrder]) -> None:
    """Words to participants, an order on hold, and one of which another version waits for a signature."""
    team = shelf.world.team(shelf.number)
    for order in running[:4]:
        text = "You take your medicine very regularly. Please bring all tablets that are left to your next visit."
        services.give_feedback(by=team.coordinator, order=order, about="adherence", text=text)
    if len(running) > 5:
        services.hold_order(
            by=team.investigator, order=running[5], held_on=shelf.today, hold_reason="laboratory", reason="ALT raised."
        )
    if len(running) > 6:
        order = running[6]
        prescription = Prescription(
            **{name: getattr(order, name) for name in Prescription.__slots__ if name != "frequency"}, frequency="QOD"
        )
        services.revise_order(
            by=team.coordinator, order=order, prescription=prescription, reason="Half the dose after dizziness."
        )

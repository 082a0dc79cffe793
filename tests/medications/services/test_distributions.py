"""Kits: set aside, handed out, confirmed, counted, reconciled, verified; each once, and never the wrong one."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from medications import selectors, services
from medications.domain.adherence import shown
from medications.domain.distributions import DistributionStatus
from medications.domain.stock import KitState
from medications.models import Distribution, Kit, KitContent, KitMovement
from subjects.models import Arm, Deviation, TreatmentAssignment
from tests.house.world import write
from tests.support.cast import BUILDER
from tests.support.days import in_days
from trialcrm.core import clock
from trialcrm.core.decisions import Refused


def later(days: int):
    return clock.frozen(in_days(days))


def test_the_story_of_one_kit_from_the_order_to_its_destruction(trial, shop, subject):
    """Dispensing and accountability, worked out: 4 of 30 come back after 28 days of one a day."""
    kit = shop.kits("K-201")[0]
    item = shop.dispensed(shop.order(subject), "K-201")
    services.acknowledge_receipt(by=trial.coordinator, distribution=item, units_acknowledged=30)
    with later(28):
        item = shop.returned(item, 4)
        interval = selectors.interval_of(trial.pharmacist, item)
        assert (item.taken_by_count, interval.count.expected) == (26, 28)
        assert str(shown(interval.percent)) == "92.9"
        with pytest.raises(Refused, match="differs by -2"):
            services.reconcile_kit(by=trial.pharmacist, distribution=item)
        services.reconcile_kit(by=trial.pharmacist, distribution=item, discrepancy_reason="Two doses forgotten.")
        with pytest.raises(Refused, match="monitor has not verified"):
            dispose(trial, kit)
        services.verify_reconciliation(by=trial.monitor, distribution=item)
        dispose(trial, kit)
    states = [line.to_state for line in kit.movements.order_by("moved_at", "id")]
    assert states == [
        "shipped", "received", "available", "prepared", "dispensed", "acknowledged", "returned", "reconciled",
        "destroyed",
    ]  # fmt: skip
    (balance,) = selectors.balances(trial.pharmacist, shop.lot)
    assert (balance.kits.difference, balance.units.difference) == (0, 0)
    assert not Deviation.objects.exists()


def dispose(trial, kit):
    return services.dispose_kit(by=trial.pharmacist, kit=kit, to="destroyed", document="AUTH-1", witness="P. Sol")


def test_a_low_count_over_a_closed_interval_is_proposed_as_a_deviation_once(trial, shop, subject):
    shop.kits("K-1")
    item = shop.dispensed(shop.order(subject))
    with later(28):
        shop.returned(item, 4, lost=6)
    deviation = Deviation.objects.get()
    assert (deviation.rule, deviation.status, deviation.importance) == ("DV-AUTO-05", "candidate", "minor")
    assert "71.4 %" in deviation.description


def test_every_reason_against_a_kit_is_named_at_once(trial, shop, subject):
    soon = shop.another_lot("L1", trial.today() + timedelta(days=10), released=False)
    (kit,) = shop.kits("K-9", site=trial.other_site, lot=soon)
    services.quarantine_kit(by=services.PORTAL, kit=kit, reason="Too warm")
    with pytest.raises(Refused) as refusal:
        shop.prepared(shop.order(subject), "K-9")
    said = str(refusal.value)
    for reason in ("does not belong to this site", "is quarantined", "lot is not released", "expires on"):
        assert reason in said
    assert refusal.value.field == "kit_number"


def test_a_kit_that_expires_before_the_end_of_use_is_refused_and_one_on_that_day_is_not(trial, shop, subject):
    today = trial.today()
    shop.kits("K-short", lot=shop.another_lot("L1", today + timedelta(days=27)))
    shop.kits("K-exact", lot=shop.another_lot("L3", today + timedelta(days=28)))
    order = shop.order(subject)
    with pytest.raises(Refused, match="before the end of use"):
        shop.prepared(order, "K-short")
    assert shop.prepared(order).kit.number == "K-exact"


def test_first_expiry_first_out(trial, shop, subject):
    shop.kits("K-late")
    shop.kits("K-early", lot=shop.another_lot("L1", trial.today() + timedelta(days=90)))
    assert shop.prepared(shop.order(subject)).kit.number == "K-early"


def test_a_kit_of_another_treatment_is_refused_without_telling_which(trial, shop, subject):
    arms = {arm.code: arm for arm in Arm.objects.filter(study=trial.study)}
    kits = shop.kits("K-A", "K-P")
    write(by=BUILDER, records=[TreatmentAssignment(subject=subject, planned_arm=arms["A"], actual_arm=arms["A"])])
    services.record_content(by=trial.unblinded_pharmacist, site=trial.site, kits={"K-A": "A", "K-P": "P"})
    order = shop.order(subject)
    with pytest.raises(Refused) as refusal:
        shop.prepared(order, "K-P")
    assert "not a kit for this participant" in str(refusal.value)
    assert "Placebo" not in str(refusal.value)
    assert shop.prepared(order).kit == kits[0]


def test_only_the_unblinded_pharmacist_sees_what_kits_hold(trial, shop):
    shop.kits("K-A")
    with pytest.raises(Refused, match="Only the unblinded pharmacist"):
        services.record_content(by=trial.pharmacist, site=trial.site, kits={"K-A": "A"})
    services.record_content(by=trial.unblinded_pharmacist, site=trial.site, kits={"K-A": "A"})
    for part in ("pharmacist", "coordinator", "investigator", "monitor", "manager", "inspector"):
        assert not KitContent.objects.visible_to(getattr(trial, part)).exists()
    assert KitContent.objects.visible_to(trial.unblinded_pharmacist).exists()


def test_no_kit_leaves_without_a_signed_order_in_force(trial, shop, subject):
    shop.kits("K-1")
    with pytest.raises(Refused, match="The order is not active"):
        shop.prepared(shop.draft(subject))


def test_the_number_is_read_once_more_when_the_kit_is_handed_out(trial, shop, subject):
    shop.kits("K-1", "K-2")
    item = shop.prepared(shop.order(subject), "K-1")
    with pytest.raises(Refused, match="not the kit that was prepared") as refusal:
        services.dispense_kit(
            by=trial.pharmacist,
            distribution=item,
            kit_number="K-2",
            dispensed_at=clock.now(),
            units_dispensed=30,
            instructions_given=True,
        )
    assert refusal.value.field == "kit_number"
    item.refresh_from_db()
    assert item.status == DistributionStatus.PREPARED


def test_a_kit_that_was_put_back_may_be_prepared_again(trial, shop, subject):
    shop.kits("K-1")
    order = shop.order(subject)
    item = services.put_back_kit(by=trial.pharmacist, distribution=shop.prepared(order), reason="Visit moved.")
    assert (item.status, Kit.objects.get().state) == (DistributionStatus.CANCELLED, KitState.AVAILABLE)
    assert shop.prepared(order).kit.number == "K-1"


def test_more_than_went_out_never_comes_back(trial, shop, subject):
    shop.kits("K-1")
    item = shop.dispensed(shop.order(subject))
    for units, lost in ((31, 0), (28, 3)):
        with pytest.raises(Refused, match="no more can come back"):
            shop.returned(item, units, lost)


def test_a_lost_kit_is_counted_with_what_was_lost(trial, shop, subject):
    shop.kits("K-1")
    item = shop.dispensed(shop.order(subject))
    with later(14):
        item = services.report_lost(
            by=trial.coordinator,
            distribution=item,
            returned_on=trial.today(),
            units_lost=16,
            circumstances="Bag left on the train.",
        )
        assert selectors.interval_of(trial.coordinator, item).count.taken == 14
    assert Kit.objects.get().state == KitState.LOST


@pytest.mark.parametrize("part", ["coordinator", "investigator", "monitor", "manager", "outsider", "stranger"])
def test_only_pharmacists_hand_out_kits(trial, shop, subject, part):
    shop.kits("K-1")
    order = shop.order(subject)
    with pytest.raises(Refused):
        shop.prepared(order, by=getattr(trial, part))


def test_whoever_reconciled_does_not_verify(trial, shop, subject):
    shop.kits("K-1")
    item = shop.dispensed(shop.order(subject))
    with later(28):
        item = shop.returned(item, 2)
        services.reconcile_kit(by=trial.pharmacist, distribution=item)
        with pytest.raises(Refused, match="The monitor verifies"):
            services.verify_reconciliation(by=trial.pharmacist, distribution=item)
        item = services.verify_reconciliation(by=trial.monitor, distribution=item)
    assert item.verified_by_id == trial.monitor.pk


def test_the_ledger_of_movements_is_never_changed(trial, shop):
    shop.kits("K-1")
    line = KitMovement.objects.first()
    with pytest.raises(Refused, match="never changed"):
        line.save()
    for statement in (
        "UPDATE medications_kitmovement SET units = 1",
        "DELETE FROM medications_kitmovement",
        "TRUNCATE medications_kitmovement CASCADE",
    ):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_database_hands_out_no_kit_twice(trial, shop, subject):
    shop.kits("K-1")
    item = shop.dispensed(shop.order(subject))
    twin = Distribution(**{field.attname: getattr(item, field.attname) for field in item._meta.concrete_fields[3:]})
    with pytest.raises(IntegrityError), transaction.atomic():
        write(by=BUILDER, records=[twin])


@pytest.mark.django_db(transaction=True)
def test_sixteen_threads_hand_out_a_hundred_kits_and_none_of_them_twice(trial, shop):
    """Some name their kit, most take what expires first; whoever comes too late is refused and takes another."""
    shop.kits(*(f"K-{number:03d}" for number in range(100)))
    people = [trial.on_treatment(full_name=f"Person {chr(65 + number)}x") for number in range(16)]
    orders = [shop.order(person) for person in people]
    trial.pharmacist  # noqa: B018  (looked up once, before the threads)
    done, failed = [], []

    def run(turn: int) -> None:
        try:
            for number in range(7):
                done.extend(_dispensed(shop, orders[turn], f"K-{number:03d}" if number % 3 == 0 else ""))
        except Exception as error:  # shown by the assertion below
            failed.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(turn,)) for turn in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(done) == len(set(done)) == 100 - Kit.objects.filter(state=KitState.AVAILABLE).count()
    assert Distribution.objects.count() == len(done) <= 100


def _dispensed(shop, order, kit):
    try:
        return [shop.dispensed(order, kit).kit.number]
    except Refused:
        return []

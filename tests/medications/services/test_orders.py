"""Orders: drafted, signed, held, revised and ended; and what follows when consent or participation ends."""

from datetime import timedelta

import pytest

from medications import selectors, services
from medications.models import MedicationOrder, OrderHold
from subjects import services as subject_services
from subjects.models import Consent
from tests.support.days import in_days
from tests.support.signing import proof_for
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, StaleRecord
from trialcrm.users.selectors import signatures_of


def again(order):
    return MedicationOrder.objects.select_related("subject__site", "subject__study", "product", "site", "study").get(
        pk=order.pk
    )


def test_a_coordinator_drafts_and_only_an_investigator_signs(trial, shop, subject):
    order = shop.draft(subject)
    with pytest.raises(Refused, match="Only an investigator"):
        services.sign_order(by=trial.coordinator, order=order, proof=proof_for(trial.coordinator, order))
    signed = shop.sign(order)
    assert (signed.status, signed.prescribed_by_id) == ("active", trial.investigator.pk)


def test_what_changed_since_it_was_shown_is_not_signed(trial, shop, subject):
    order = again(shop.draft(subject))
    proof = proof_for(trial.investigator, order)
    services.change_order(
        by=trial.coordinator, order=order, prescription=shop.prescription(subject, instructions="Another one.")
    )
    with pytest.raises(StaleRecord):
        services.sign_order(by=trial.investigator, order=order, proof=proof)


def test_what_was_signed_is_not_changed(trial, shop, subject):
    order = shop.order(subject)
    with pytest.raises(Refused, match="not changed; revise it"):
        services.change_order(by=trial.coordinator, order=order, prescription=shop.prescription(subject))
    assert len(signatures_of(again(order))) == 1


@pytest.mark.parametrize(
    ("facts", "words"), [({"ends_on": None}, "until when"), ({"instructions": " "}, "instructions in plain words")]
)
def test_an_incomplete_order_is_not_signed(shop, subject, facts, words):
    order = shop.draft(subject, **facts)
    with pytest.raises(Refused, match=words):
        shop.sign(order)


def test_nobody_gets_an_order_before_being_on_the_study(trial, shop):
    with pytest.raises(Refused, match="is not on the study"):
        shop.order(trial.registered(full_name="Ada Whitfield"))


def test_only_one_order_for_the_same_medicine_runs(shop, subject):
    shop.order(subject)
    with pytest.raises(Refused, match="Another order for Xanomeline"):
        shop.order(subject)


def test_a_new_version_takes_the_place_of_the_old_one_when_it_is_signed(trial, shop, subject):
    old = shop.order(subject, starts_on=trial.today() - timedelta(days=14))
    new = services.revise_order(
        by=trial.coordinator,
        order=old,
        prescription=shop.prescription(subject, frequency="BID"),
        reason="Dose goes up as planned.",
    )
    assert (new.version, again(old).status) == (2, "active")
    with pytest.raises(Refused, match="Another version"):
        services.revise_order(by=trial.coordinator, order=old, prescription=shop.prescription(subject), reason="Again.")
    shop.sign(new)
    old = again(old)
    assert (old.status, old.ended_on) == ("superseded", trial.today())
    assert selectors.latest_order(trial.coordinator, subject) == new


def test_days_on_hold_are_withheld(trial, shop, subject):
    shop.kits("K-1")
    start = trial.today()
    order = shop.order(subject)
    item = shop.dispensed(order)
    with clock.frozen(in_days(7)):
        services.hold_order(
            by=trial.investigator, order=order, held_on=trial.today(), hold_reason="adverse_event", reason="Rash."
        )
    with clock.frozen(in_days(14)):
        services.resume_order(by=trial.investigator, order=order, resumed_on=trial.today(), reason="Rash is gone.")
    with clock.frozen(in_days(28)):
        interval = selectors.interval_of(trial.investigator, shop.returned(item, 10))
    assert interval.count.expected == 21
    assert OrderHold.objects.get().held_on == start + timedelta(days=7)


def test_no_kit_leaves_while_an_order_is_on_hold(trial, shop, subject):
    shop.kits("K-1")
    order = shop.order(subject)
    item = shop.prepared(order)
    services.hold_order(by=trial.investigator, order=order, held_on=trial.today(), hold_reason="laboratory")
    with pytest.raises(Refused, match="not active"):
        services.dispense_kit(
            by=trial.pharmacist,
            distribution=item,
            kit_number="K-1",
            dispensed_at=clock.now(),
            units_dispensed=30,
            instructions_given=True,
        )


def test_withdrawing_consent_holds_what_is_being_taken(trial, shop, subject):
    order = shop.order(subject)
    subject_services.withdraw_consent(
        by=trial.investigator, consent=Consent.objects.get(subject=subject), withdrawn_on=trial.today()
    )
    assert again(order).status == "on_hold"
    assert OrderHold.objects.get().hold_reason == "consent"
    with pytest.raises(Refused, match="no active consent"):
        services.resume_order(by=trial.investigator, order=again(order), resumed_on=trial.today(), reason="As before.")


def test_the_end_of_participation_ends_orders_and_kits_are_awaited(trial, shop, subject):
    shop.kits("K-1")
    order = shop.order(subject)
    draft = services.revise_order(
        by=trial.coordinator, order=order, prescription=shop.prescription(subject), reason="To be considered."
    )
    shop.dispensed(order)
    subject_services.lose_to_follow_up(
        by=trial.investigator, subject=subject, ended_on=trial.today(), reason="Three calls and a letter."
    )
    assert (again(order).status, again(draft).status) == ("discontinued", "cancelled")
    focus = selectors_focus(trial)
    assert [row.item.kit.number for row in selectors.returns_awaited(trial.pharmacist, focus)] == ["K-1"]


def selectors_focus(trial):
    from subjects.selectors import focus_of

    return focus_of(trial.pharmacist)


@pytest.mark.parametrize("part", ["pharmacist", "monitor", "manager", "outsider", "inspector", "stranger"])
def test_only_site_staff_of_the_site_write_orders(trial, shop, subject, part):
    with pytest.raises(Refused):
        services.draft_order(by=getattr(trial, part), subject=subject, prescription=shop.prescription(subject))


def test_the_persons_name_does_not_enter_the_instructions(shop, subject):
    with pytest.raises(Refused, match="Write the participant id") as refusal:
        shop.draft(subject, instructions="Dina Marsh takes one each morning.")
    assert refusal.value.field == "instructions"


def test_feedback_is_about_an_order_that_was_in_force(trial, shop, subject):
    with pytest.raises(Refused, match="does not know of this order"):
        services.give_feedback(by=trial.coordinator, order=shop.draft(subject), about="order", text="Take it.")

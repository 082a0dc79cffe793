"""Doses are logged once, in their time, and corrected by another entry."""

from datetime import UTC, datetime, timedelta

import pytest

from medications import selectors, services
from medications.models import AdherenceLog
from subjects.selectors import focus_of
from subjects.services import give_role
from tests.support.cast import BEGAN, BUILDER, PASSWORD
from trialcrm.access.roles import Role
from trialcrm.core import clock
from trialcrm.core.decisions import Refused
from trialcrm.users.services import create_account

NOON = timedelta(hours=4)


@pytest.fixture
def order(shop, subject):
    shop.kits("K-1", "K-2")
    order = shop.order(subject)
    shop.dispensed(order)
    return order


@pytest.fixture
def participant(trial, subject):
    person = create_account(by=BUILDER, email="dina@trial.test", name="Dina Marsh", password=PASSWORD)
    facts = {"role": Role.PART, "study": trial.study, "site": trial.site, "subject": subject}
    give_role(by=BUILDER, user=person, starts_on=BEGAN, **facts)
    return person


def slot(trial, days=1) -> datetime:
    """The dose at eight in the morning, so many days from now."""
    on = trial.today() + timedelta(days=days)
    return clock.at_noon(on, trial.site.time_zone) - NOON


def log(by, order, at, status="taken", **facts):
    return services.log_dose(by=by, order=order, slot_at=at, adherence_status=status, **facts)


def test_a_correction_supersedes_and_both_are_kept(trial, order, participant):
    due = slot(trial)
    with clock.frozen(due + NOON):
        first = log(participant, order, due)
        second = log(participant, order, due, "missed", missed_reason="forgot")
    first.refresh_from_db()
    assert (first.is_current, second.is_current, second.supersedes) == (False, True, first)
    assert (second.units, AdherenceLog.objects.count()) == (0, 2)


def test_the_window_opens_two_hours_before_and_closes_two_days_after(trial, order, participant):
    due = slot(trial)
    for moment, words in (
        (due - timedelta(hours=2, minutes=1), "too early"),
        (due + timedelta(hours=48, minutes=1), "too long ago"),
    ):
        with clock.frozen(moment), pytest.raises(Refused, match=words):
            log(participant, order, due)
    with clock.frozen(due + timedelta(hours=48)):
        assert not log(participant, order, due).is_late


def test_the_site_enters_late_doses_with_a_reason_only(trial, order):
    due = slot(trial)
    with clock.frozen(due + timedelta(days=5)):
        with pytest.raises(Refused, match="why the site enters it"):
            log(trial.coordinator, order, due)
        entry = log(trial.coordinator, order, due, proxy_reason="Read from the paper diary.")
    assert (entry.is_late, entry.is_proxy) == (True, True)


def test_only_doses_that_were_due_are_entered(trial, order, participant):
    due = slot(trial)
    with clock.frozen(due + NOON):
        with pytest.raises(Refused, match="No dose was due then"):
            log(participant, order, due + timedelta(hours=1))
        with pytest.raises(Refused, match="which dose"):
            log(participant, order, None)
        extra = log(participant, order, None, "extra")
    assert (extra.slot_at, extra.units) == (None, 1)


def test_a_part_of_a_dose_is_less_than_the_whole(trial, order, participant):
    due = slot(trial)
    with clock.frozen(due + NOON), pytest.raises(Refused, match="less than a whole dose"):
        log(participant, order, due, "partial")


@pytest.mark.parametrize("part", ["investigator", "pharmacist", "monitor", "outsider", "manager", "stranger"])
def test_nobody_else_enters_doses(trial, order, part):
    due = slot(trial)
    with clock.frozen(due + NOON), pytest.raises(Refused):
        log(getattr(trial, part), order, due, proxy_reason="Because I may not.")


def test_no_dose_is_entered_without_a_kit_in_hand(trial, shop, participant, subject):
    order = shop.order(subject)
    due = slot(trial)
    with clock.frozen(due + NOON), pytest.raises(Refused, match="No kit was in hand"):
        log(participant, order, due)


def test_three_doses_that_nobody_recorded_are_noticed(trial, order, participant):
    focus = focus_of(trial.coordinator)
    with clock.frozen(slot(trial, 0) + NOON):
        log(participant, order, slot(trial, 0))
    with clock.frozen(slot(trial, 1) + NOON):
        log(participant, order, slot(trial, 0))
    with clock.frozen(slot(trial, 4) + NOON):
        (low,) = selectors.low_adherence(trial.coordinator, focus)
    assert (low.missed >= 3, low.is_count) == (True, False)


def test_the_participants_day(trial, order, participant):
    day = slot(trial, 2)
    with clock.frozen(day + NOON):
        (dose,) = selectors.doses_today(participant)
        assert (dose.is_open, dose.log) == (True, None)
        log(participant, order, day)
        own = selectors.my_medication(participant)
    assert own.today[0].log.adherence_status == "taken"
    assert [dot.icon for dot in own.medicines[0].week].count("check") == 1
    assert own.to_acknowledge[0].kit.number == "K-1"


def test_adherence_of_a_study_costs_the_same_for_one_participant_and_for_three(
    trial, shop, order, django_assert_max_num_queries
):
    for number in range(2):
        shop.kits(f"M-{number}")
        shop.dispensed(shop.order(trial.on_treatment(full_name=f"Per Son{chr(97 + number)}")), f"M-{number}")
    with django_assert_max_num_queries(5):
        found = selectors.adherence_by_subject(trial.coordinator, trial.study)
    assert len(found) == 3


def test_utc_is_only_how_it_is_kept(trial, order, participant):
    due = slot(trial)
    with clock.frozen(due + NOON):
        assert log(participant, order, due).slot_at.astimezone(UTC) == due

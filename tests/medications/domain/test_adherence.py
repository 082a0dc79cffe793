"""Adherence by count, by diary and by days: the figures that protocols and their guides work out."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medications.domain.adherence import (
    AdherenceStatus,
    Count,
    Diary,
    Period,
    day_based,
    dosing_days,
    expected_units,
    has_mismatch,
    missed_in_a_row,
    overall,
    percentage,
    shown,
    status_of,
)
from medications.domain.codes import NCI_CODES, DoseForm, Frequency, Route, dose_times, doses_per_day
from medications.domain.intervals import Entry, Handed, course
from medications.domain.slots import Regimen, doses

START = date(2026, 3, 23)
NEW_YORK = "America/New_York"


def count(dispensed, returned, lost=0, expected=28):
    back = None if returned is None else Fraction(returned)
    return Count(Fraction(dispensed), back, Fraction(lost), None if expected is None else Fraction(expected))


@pytest.mark.parametrize(
    ("figures", "percent"),
    [
        (count(30, 4), "92.9"),
        (count(30, 0), "107.1"),
        (count(30, 4, lost=2), "85.7"),
        (count(30, 10, expected=21), "95.2"),
        (count(30, 4, lost=6), "71.4"),
    ],
)
def test_pill_count(figures, percent):
    assert shown(figures.percent) == Decimal(percent)


def test_a_return_that_was_not_counted_is_not_evaluable_and_never_whole():
    assert count(30, None).percent is None
    assert status_of(count(30, None).percent) == AdherenceStatus.NOT_EVALUABLE


def test_doses_as_needed_have_no_percentage():
    assert expected_units(Fraction(1), doses_per_day("PRN"), 28) is None
    assert count(30, 4, expected=None).percent is None


def test_withheld_units_are_not_expected():
    assert expected_units(Fraction(1), doses_per_day("QD"), 28, withheld=Fraction(7)) == 21


def test_diary_and_its_completeness():
    diary = Diary(taken=Fraction(24), due=28, entered=26, expected=Fraction(28))
    assert (shown(diary.percent), shown(diary.completeness)) == (Decimal("85.7"), Decimal("92.9"))


def test_by_days():
    assert shown(day_based(28, 2)) == Decimal("92.9")
    assert day_based(0, 0) is None


def test_two_strengths_count_together_and_differ_visibly():
    small, large = count(15, 2, expected=14), count(15, 0, expected=14)
    assert shown(overall([small, large])) == Decimal("100.0")
    assert (shown(small.percent), shown(large.percent)) == (Decimal("92.9"), Decimal("107.1"))
    assert has_mismatch([small, large])
    assert not has_mismatch([small, small])
    assert overall([small, count(15, None)]) is None


def test_the_return_day_belongs_to_the_next_kit_unless_the_study_says_so():
    assert dosing_days(START, START + timedelta(days=28)) == 28
    assert dosing_days(START, START + timedelta(days=28), count_return_day=True) == 29


@pytest.mark.parametrize(
    ("percent", "status"),
    [
        (Fraction(80), AdherenceStatus.ADHERENT),
        (Fraction(7999, 100), AdherenceStatus.LOW),
        (Fraction(120), AdherenceStatus.ADHERENT),
        (Fraction(12001, 100), AdherenceStatus.OVER),
    ],
)
def test_bands_compare_the_unrounded_value(percent, status):
    assert status_of(percent) == status


def test_half_is_rounded_up():
    assert shown(Fraction(8565, 100)) == Decimal("85.7")
    assert shown(Fraction(-1, 20)) == Decimal("-0.1")


def test_doses_missed_or_not_recorded_in_a_row():
    assert missed_in_a_row(["taken", "missed", None, "missed"]) == 3
    assert missed_in_a_row(["missed", "taken"]) == 0
    assert missed_in_a_row([]) == 0


# --- doses that are due -----------------------------------------------------------------------------------------------


def regimen(frequency="QD", until=None, held=()):
    return Regimen(uuid4(), frequency, Fraction(1), START, until, tuple(held))


@pytest.mark.parametrize(
    ("frequency", "due"),
    [
        ("QD", 28),
        ("BID", 56),
        ("TID", 84),
        ("QID", 112),
        ("QOD", 14),
        ("Q8H", 84),
        ("Q12H", 56),
        ("PRN", 0),
        ("ONCE", 1),
        ("EVERY WEEK", 4),
        ("EVERY 2 WEEKS", 2),
        ("QM", 1),
    ],
)
def test_each_frequency_makes_its_doses(frequency, due):
    assert len(list(doses([regimen(frequency)], START, START + timedelta(days=28), NEW_YORK))) == due


def test_a_dose_stays_at_its_local_hour_when_the_clocks_change():
    found = list(
        doses(
            [Regimen(uuid4(), "QD", Fraction(1), date(2026, 3, 7), None)], date(2026, 3, 7), date(2026, 3, 9), NEW_YORK
        )
    )
    assert [dose.slot_at for dose in found] == [
        datetime(2026, 3, 7, 13, tzinfo=UTC),
        datetime(2026, 3, 8, 12, tzinfo=UTC),
    ]


def test_no_dose_before_the_start_after_the_end_or_on_hold():
    held = Period(START + timedelta(days=7), START + timedelta(days=14))
    order = regimen(until=START + timedelta(days=28), held=[held])
    found = list(doses([order], START - timedelta(days=5), START + timedelta(days=40), NEW_YORK))
    assert len(found) == 21
    assert not any(held.contains(dose.day) for dose in found)


def test_monthly_doses_keep_to_the_last_day_of_short_months():
    days = [
        on
        for on in (date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 31))
        if dose_times("QM", date(2026, 1, 31), on)
    ]
    assert days == [date(2026, 2, 28), date(2026, 3, 31)]


def test_every_code_has_its_number_at_the_national_cancer_institute():
    assert set(NCI_CODES) == {*Frequency.values, *DoseForm.values, *Route.values}
    assert len(set(NCI_CODES.values())) == len(NCI_CODES)


# --- intervals --------------------------------------------------------------------------------------------------------


def told(handed, regimens, entries=(), *, days=60):
    now = datetime(2026, 3, 23, 23, tzinfo=UTC) + timedelta(days=days)
    return course(handed, regimens, entries, zone=NEW_YORK, now=now, today=now.date())


def test_an_interval_reaches_from_dispensing_to_the_return():
    back = START + timedelta(days=28)
    (interval,) = told([Handed(START, 30, back, 4)], [regimen()]).intervals
    assert (interval.starts_on, interval.ends_on) == (START, back)
    assert shown(interval.percent) == Decimal("92.9")
    assert interval.count.discrepancy == -2


def test_a_medicine_of_which_nothing_was_handed_out_has_no_interval_yet():
    assert told([], [regimen()]).intervals == ()


def test_the_next_kit_ends_an_interval_before_the_old_one_is_back():
    second = START + timedelta(days=28)
    found = told([Handed(START, 30, second + timedelta(days=10), 2), Handed(second, 30)], [regimen()])
    assert [(one.starts_on, one.ends_on) for one in found.intervals] == [(START, second), (second, None)]
    assert shown(found.intervals[0].percent) == Decimal("100.0")
    assert found.intervals[1].percent is None


def test_days_on_hold_are_not_expected():
    held = Period(START + timedelta(days=7), START + timedelta(days=14))
    found = told([Handed(START, 30, START + timedelta(days=28), 10)], [regimen(held=[held])])
    assert shown(found.percent) == Decimal("95.2")


def test_kits_of_one_day_count_together_and_wait_for_each_other():
    back = START + timedelta(days=28)
    both = told([Handed(START, 15, back, 1), Handed(START, 15, back, 1)], [regimen()])
    assert shown(both.percent) == Decimal("100.0")
    assert told([Handed(START, 15, back, 1), Handed(START, 15)], [regimen()]).percent is None


def test_versions_of_an_order_follow_each_other_within_one_interval():
    change = START + timedelta(days=14)
    later = Regimen(uuid4(), "BID", Fraction(1), change, None)
    (interval,) = told([Handed(START, 50, START + timedelta(days=28), 8)], [regimen(until=change), later]).intervals
    assert interval.count.expected == 14 + 28


def test_the_diary_counts_extra_doses_and_only_what_is_due_by_now():
    order = regimen()
    due = list(doses([order], START, START + timedelta(days=4), NEW_YORK))
    entries = [Entry(due[0].slot_at, START, "taken", Fraction(1)), Entry(None, START, "extra", Fraction(1))]
    entries.append(Entry(due[1].slot_at, due[1].day, "missed", Fraction(0)))
    (interval,) = told([Handed(START, 30)], [order], entries, days=3).intervals
    assert (interval.diary.due, interval.diary.entered, interval.diary.taken) == (4, 2, 2)
    assert (interval.days_missed, shown(interval.diary.percent)) == (1, Decimal("50.0"))


@given(st.integers(1, 200), st.integers(0, 200), st.integers(0, 50), st.integers(1, 200))
def test_the_arithmetic_of_a_kit_always_holds(dispensed, returned, lost, expected):
    figures = count(dispensed, returned, lost, expected)
    assert figures.taken is not None
    assert figures.dispensed == figures.taken + figures.returned + figures.lost
    assert figures.percent == percentage(figures.taken, figures.expected)
    assert figures.discrepancy == figures.taken - expected

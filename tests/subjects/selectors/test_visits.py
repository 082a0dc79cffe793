"""What lists, charts and calendars of visits read."""

from datetime import timedelta

import pytest

from subjects import selectors, services
from subjects.domain.visits import WindowState, window_state
from subjects.models import Site, Visit
from trialcrm.core import clock


def visit_of(subject, number="4") -> Visit:
    return Visit.objects.select_related("subject__site", "subject__study").get(subject=subject, visit_num=number)


@pytest.fixture
def mixed(trial):
    """Visits in every state to their window."""
    for days in (2, 12, 17, 30, 60):
        subject = trial.on_treatment(first_dose_days_ago=days, full_name=f"Person Day{days}")
        for number in ("4", "5"):
            visit = visit_of(subject, number)
            took_place = visit.target_on + timedelta(days=days % 9)
            if days > 20 and took_place <= trial.today():
                services.complete_visit(by=trial.coordinator, visit=visit, started_on=took_place)
    return selectors.focus_of(trial.coordinator)


@pytest.mark.parametrize("state", list(WindowState))
def test_the_filter_finds_exactly_the_visits_that_stand_so_to_their_window(trial, mixed, state):
    visits = selectors.visit_list(trial.coordinator)
    found = {visit.pk for visit in selectors.in_window_state(visits, mixed, state)}
    # A window that is closing is open as well.
    wanted = {state, WindowState.CLOSING} if state == WindowState.OPEN else {state}
    expected = {
        visit.pk
        for visit in visits
        if window_state(visit.window, visit.status, visit.started_on, trial.today()) in wanted
    }
    assert found == expected
    assert found


def test_a_window_is_over_by_the_calendar_of_its_own_site(trial):
    Site._base_manager.filter(pk=trial.other_site.pk).update(time_zone="Pacific/Auckland")
    here, there = trial.on_treatment(), trial.on_treatment(site=trial.other_site)
    close = visit_of(there).closes_on
    same = {"opens_on": close - timedelta(days=6), "target_on": close - timedelta(days=3), "closes_on": close}
    Visit._base_manager.filter(pk=visit_of(here).pk).update(**same)
    with clock.frozen(clock.at_noon(close, "America/New_York")):
        focus = selectors.focus_of(trial.monitor)
        visits = selectors.visit_list(trial.monitor).filter(visit_num="4")
        overdue = selectors.in_window_state(visits, focus, WindowState.OVERDUE)
    # Noon in New York is the next day in Auckland.
    assert [visit.subject_id for visit in overdue] == [there.pk]


def test_names_are_read_only_for_those_who_may_know_them(trial):
    subject = trial.on_treatment(full_name="Canary Zebra")
    for part, name in (("coordinator", "Canary Zebra"), ("pharmacist", "Canary Zebra"), ("monitor", "")):
        visits = selectors.visit_list(getattr(trial, part)).filter(subject=subject, visit_num="4")
        (row,) = selectors.visit_rows(getattr(trial, part), visits, where="test")
        assert row.name == name


def test_only_people_who_record_visits_at_the_site_are_offered(trial):
    people = set(selectors.visit_people([trial.site.pk], trial.today()))
    assert people == {trial.coordinator, trial.investigator, trial.subinvestigator}
    assert trial.pharmacist not in people


def test_who_has_left_is_offered_no_more_but_can_be_filtered_by(trial):
    membership = trial.subinvestigator.memberships.get()
    left = {"ends_on": trial.today() - timedelta(days=1), "reason": "Moved to another hospital."}
    services.end_role(by=trial.investigator, membership=membership, **left)
    assert trial.subinvestigator not in set(selectors.visit_people([trial.site.pk], trial.today()))
    assert trial.subinvestigator in set(selectors.visit_people([trial.site.pk]))


def test_the_next_visit_is_the_earliest_that_waits(trial):
    subject = trial.on_treatment(first_dose_days_ago=20)
    visits = selectors.visits_of(trial.coordinator, subject)
    assert visits.next is not None
    assert visits.next.visit.due_on == min(row.visit.due_on for row in visits.rows if row.visit.status == "planned")


def test_counts_of_chips_agree_with_what_the_filters_show(trial, mixed):
    counts = selectors.visit_counts(trial.coordinator, mixed)
    visits = selectors.visit_list(trial.coordinator)
    assert counts["todo"] == visits.open().count()
    for state in (WindowState.CLOSING, WindowState.OVERDUE):
        assert counts[state.value] == selectors.in_window_state(visits, mixed, state).count()

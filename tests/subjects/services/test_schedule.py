"""The dated schedule: a study with the visits of the Alzheimer's pilot, told as stories with dates."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

import pytest

from subjects import services
from subjects.domain.consent import VersionStatus
from subjects.domain.participation import EndReason
from subjects.domain.screening import CriterionKind, FailReason
from subjects.domain.studies import SiteStatus, StudyStatus
from subjects.domain.visits import Anchor, Booking, VisitKind, VisitStatus
from subjects.models import Arm, ConsentVersion, EligibilityCriterion, Institution, PlannedVisit, Study, Subject, Visit
from tests.support.cast import BEGAN, BUILDER, Trial, at, delegate_all
from trialcrm.access.roles import Role
from trialcrm.core import clock

FIRST_DOSE = date(2026, 3, 9)
#: Number, name, weeks from baseline, days before and after.
CLINIC = [
    ("4", "Week 2", 14, 3),
    ("5", "Week 4", 28, 3),
    ("7", "Week 6", 42, 3),
    ("8", "Week 8", 56, 3),
    ("9", "Week 12", 84, 4),
    ("10", "Week 16", 112, 4),
    ("11", "Week 20", 140, 4),
    ("12", "Week 24", 168, 4),
    ("13", "Week 26", 182, 3),
]


class Story(Trial):
    """The cast at work in a study with the pilot's schedule."""

    @cached_property
    def study(self) -> Study:
        return Study.objects.get(protocol_id="DEMO-01")

    def visit(self, subject: Subject, number: str) -> Visit:
        return Visit.objects.select_related("subject__site", "subject__study").get(subject=subject, visit_num=number)

    def book(self, visit: Visit, when: str, **facts) -> Visit:
        booking = Booking(at(when), self.coordinator)
        return services.schedule_visit(by=self.coordinator, visit=visit, booking=booking, **facts)


def _planned(number: str, name: str, offset: int, around: int, anchor: str = Anchor.BASELINE, on: str | None = None):
    kind = VisitKind.PHONE if "Call" in name else VisitKind.CLINIC
    window = {"window_before": around, "window_after": around}
    return PlannedVisit(
        visit_num=number, name=name, kind=kind, anchor=anchor, anchor_visit_num=on, offset_days=offset, **window
    )


def _design() -> list:
    return [
        Arm(code="A", name="Active"),
        ConsentVersion(label="2.0"),
        EligibilityCriterion(code="INCL01", kind=CriterionKind.INCLUSION, text="Aged 50 or over", order=0),
        _planned("1", "Screening 1", 0, 0, Anchor.CONSENT),
        _planned("2", "Screening 2", -1, 0, Anchor.VISIT, "3"),
        _planned("3", "Baseline", 0, 0),
        *(_planned(*row) for row in CLINIC),
        _planned("3.5", "Ambulatory ECG placed", -1, 0, Anchor.VISIT, "4"),
        _planned("6", "Ambulatory ECG removed", 1, 0, Anchor.VISIT, "5"),
        _planned("8.1", "Call after week 8", 14, 2, Anchor.VISIT, "8"),
        _planned("8.2", "Call after the call", 7, 2, Anchor.PREVIOUS_VISIT),
    ]


@pytest.fixture
def story(trial: Trial) -> Story:
    study = services.create_study(by=BUILDER, protocol_id="DEMO-01", title="Memory")
    services.add_design(by=BUILDER, study=study, parts=_design())
    for status in (VersionStatus.APPROVED, VersionStatus.EFFECTIVE):
        services.move_consent_version(by=BUILDER, version=study.consent_versions.get(), to=status, on=BEGAN)
    services.move_study(by=BUILDER, study=study, to=StudyStatus.APPROVED)
    facts = {"time_zone": "America/New_York", "principal_investigator": trial.investigator}
    hospital = Institution(name="Riverside", city="Albany", country="USA")
    site = services.add_site(by=BUILDER, study=study, institution=hospital, number="701", **facts)
    services.move_site(by=BUILDER, site=site, to=SiteStatus.INITIATED)
    services.move_site(by=BUILDER, site=site, to=SiteStatus.ACTIVE)
    services.move_study(by=BUILDER, study=study, to=StudyStatus.RECRUITING)
    for person, role in ((trial.investigator, Role.PI), (trial.coordinator, Role.CRC)):
        held = services.give_role(by=BUILDER, user=person, role=role, study=study, site=site, starts_on=BEGAN)
        delegate_all(held)
    return Story()


@pytest.fixture
def ann(story: Story) -> Subject:
    """Ann, whose first dose was on Monday 9 March 2026."""
    with clock.frozen(at("2026-03-09 14:00")):
        return story.on_treatment()


def test_the_first_dose_dates_the_nine_windowed_visits(story, ann):
    windows = {number: story.visit(ann, number).window for number, *_ in CLINIC}
    seen = {number: (window.target, window.opens, window.closes) for number, window in windows.items()}
    assert seen["4"] == (date(2026, 3, 23), date(2026, 3, 20), date(2026, 3, 26))
    assert seen["5"] == (date(2026, 4, 6), date(2026, 4, 3), date(2026, 4, 9))
    assert seen["8"] == (date(2026, 5, 4), date(2026, 5, 1), date(2026, 5, 7))
    assert seen["9"] == (date(2026, 6, 1), date(2026, 5, 28), date(2026, 6, 5))
    assert seen["13"] == (date(2026, 9, 7), date(2026, 9, 4), date(2026, 9, 10))


def test_visits_counted_from_another_visit_aim_by_its_target_until_it_took_place(story, ann):
    targets = {number: story.visit(ann, number).target_on for number in ("2", "3.5", "6", "8.1", "8.2")}
    assert targets == {
        "2": FIRST_DOSE - timedelta(days=1),
        "3.5": date(2026, 3, 22),
        "6": date(2026, 4, 7),
        "8.1": date(2026, 5, 18),
        "8.2": date(2026, 5, 25),
    }


def test_completing_a_visit_moves_the_targets_of_what_hangs_on_it_and_nothing_else(story, ann):
    before = {visit.visit_num: visit.target_on for visit in ann.visits.all()}
    with clock.frozen(at("2026-05-06 15:00")):
        services.complete_visit(by=story.coordinator, visit=story.visit(ann, "8"), started_on=date(2026, 5, 6))
    after = {visit.visit_num: visit.target_on for visit in ann.visits.all()}
    moved = {str(number.normalize()) for number in after if after[number] != before[number]}
    assert moved == {"8.1", "8.2"}
    assert (after[Decimal("8.1")], after[Decimal("8.2")]) == (date(2026, 5, 20), date(2026, 5, 27))


def test_the_target_from_before_stays_in_the_history(story, ann):
    with clock.frozen(at("2026-05-06 15:00")):
        services.complete_visit(by=story.coordinator, visit=story.visit(ann, "8"), started_on=date(2026, 5, 6))
    told = [row.target_on for row in story.visit(ann, "8.1").history.order_by("history_date")]
    assert told == [date(2026, 5, 18), date(2026, 5, 20)]


def test_what_is_done_keeps_the_target_that_it_was_done_against(story, ann):
    with clock.frozen(at("2026-05-19 15:00")):
        services.complete_visit(by=story.coordinator, visit=story.visit(ann, "8.1"), started_on=date(2026, 5, 18))
        services.complete_visit(by=story.coordinator, visit=story.visit(ann, "8"), started_on=date(2026, 5, 7))
    assert story.visit(ann, "8.1").target_on == date(2026, 5, 18)
    assert story.visit(ann, "8.1").deviation_days == 0


def test_a_later_change_of_the_design_does_not_move_a_participants_window(story, ann):
    PlannedVisit._base_manager.filter(study=story.study, visit_num="9").update(offset_days=90)
    with clock.frozen(at("2026-05-06 15:00")):
        services.complete_visit(by=story.coordinator, visit=story.visit(ann, "8"), started_on=date(2026, 5, 6))
    assert story.visit(ann, "9").target_on == date(2026, 6, 1)


def test_baseline_can_be_booked_before_its_day_is_known(story):
    with clock.frozen(at("2026-03-02 15:00")):
        subject = story.eligible(days_ago=1)
        baseline = story.visit(subject, "3")
        assert (baseline.window, baseline.due_on) == (None, date(2026, 3, 15))
        story.book(baseline, "2026-03-09 13:00")
    assert story.visit(subject, "3").due_on == FIRST_DOSE


def test_the_first_dose_gives_baseline_its_target_and_the_visits_before_it_their_study_day(story):
    with clock.frozen(at("2026-03-02 15:00")):
        subject = story.eligible(days_ago=0)
        services.complete_visit(by=story.coordinator, visit=story.visit(subject, "1"), started_on=date(2026, 3, 2))
    with clock.frozen(at("2026-03-09 15:00")):
        services.complete_visit(by=story.coordinator, visit=story.visit(subject, "3"), started_on=FIRST_DOSE)
        services.randomise(
            by=story.coordinator, subject=subject, randomisation_number="R-017", randomised_at=clock.now()
        )
        services.start_treatment(by=story.coordinator, subject=subject, first_dose_on=FIRST_DOSE)
    assert (story.visit(subject, "1").study_day, story.visit(subject, "3").study_day) == (-7, 1)
    assert story.visit(subject, "3").deviation_days == 0


def test_a_visit_late_at_night_belongs_to_the_day_at_its_site(story, ann):
    visit = story.visit(ann, "4")
    with clock.frozen(at("2026-03-10 12:00")):
        # 26 March 22:00 in New York is the 27th in UTC; the window closes on the 26th.
        booked = story.book(visit, "2026-03-27 02:00")
    assert (booked.due_on, booked.out_of_window_reason) == (date(2026, 3, 26), "")


def test_the_night_when_clocks_change_does_not_move_a_date(story):
    with clock.frozen(at("2026-03-08 04:30")):
        subject = story.on_treatment()
    # It is still 7 March in New York, where clocks go forward that night.
    assert subject.first_dose_on == date(2026, 3, 7)
    assert story.visit(subject, "4").target_on == date(2026, 3, 21)


def test_an_unscheduled_visit_takes_the_number_after_the_planned_visit_before_it(story, ann):
    with clock.frozen(at("2026-04-28 15:00")):
        services.miss_visit(by=story.coordinator, visit=story.visit(ann, "7"), reason="Did not come, phoned later.")
        facts = {"unscheduled_reason": "adverse_event", "visit_type": "Unscheduled · rash"}
        came = {"by": story.coordinator, "subject": ann, "started_on": date(2026, 4, 28)}
        first = services.add_unscheduled_visit(**came, **facts)
        second = services.add_unscheduled_visit(**came, **facts)
    assert (first.visit_num, second.visit_num) == (Decimal("7.1"), Decimal("7.2"))
    assert (first.window, first.deviation_days, first.study_day) == (None, None, 51)


def test_numbers_that_the_protocol_plans_are_skipped(story, ann):
    with clock.frozen(at("2026-05-08 15:00")):
        services.complete_visit(by=story.coordinator, visit=story.visit(ann, "8"), started_on=date(2026, 5, 5))
        added = services.add_unscheduled_visit(
            by=story.coordinator,
            subject=ann,
            started_on=date(2026, 5, 8),
            unscheduled_reason="lab_repeat",
            visit_type="Laboratory repeat",
        )
    assert added.visit_num == Decimal("8.3")


def test_an_open_window_does_not_count_as_a_visit_before(story, ann):
    with clock.frozen(at("2026-03-24 15:00")):
        added = services.add_unscheduled_visit(
            by=story.coordinator,
            subject=ann,
            started_on=date(2026, 3, 21),
            unscheduled_reason="other",
            visit_type="Unscheduled",
        )
    assert added.visit_num == Decimal("3.1")


def test_the_end_of_participation_cancels_what_is_planned_and_frees_the_booked_time(story, ann):
    with clock.frozen(at("2026-03-12 15:00")):
        story.book(story.visit(ann, "4"), "2026-03-23 14:00")
        ended = {"ended_on": date(2026, 3, 12), "end_reason": EndReason.WITHDRAWAL_BY_SUBJECT, "extent": "procedures"}
        services.withdraw(by=story.investigator, subject=ann, **ended)
    assert not ann.visits.open().exists()
    assert story.visit(ann, "4").appointments.get().status == "cancelled"


def test_somebody_found_again_gets_back_the_visits_that_are_not_over(story, ann):
    with clock.frozen(at("2026-04-20 15:00")):
        gone = {"ended_on": date(2026, 4, 10), "reason": "Three calls, one letter, no answer."}
        services.lose_to_follow_up(by=story.investigator, subject=ann, **gone)
    with clock.frozen(at("2026-05-12 15:00")):
        found = {"subject": Subject.objects.get(pk=ann.pk), "reason": "Answered a call from a new number."}
        services.enter_follow_up(by=story.coordinator, **found)
    assert story.visit(ann, "8").status == VisitStatus.CANCELLED
    waiting = ann.visits.open().order_by("visit_num")
    assert [float(visit.visit_num) for visit in waiting] == [8.1, 8.2, 9, 10, 11, 12, 13]


def test_a_visit_cancelled_by_a_person_stays_cancelled(story, ann):
    with clock.frozen(at("2026-04-20 15:00")):
        services.cancel_visit(by=story.coordinator, visit=story.visit(ann, "9"), reason="Not needed, amendment 2")
        gone = {"ended_on": date(2026, 4, 10), "reason": "Three calls, one letter, no answer."}
        services.lose_to_follow_up(by=story.investigator, subject=ann, **gone)
        found = {"subject": Subject.objects.get(pk=ann.pk), "reason": "Answered a call from a new number."}
        services.enter_follow_up(by=story.coordinator, **found)
    assert story.visit(ann, "9").status == VisitStatus.CANCELLED


def test_a_rescreened_participant_has_a_baseline_visit_again(story):
    with clock.frozen(at("2026-03-02 15:00")):
        subject = story.registered(days_ago=1)
        screening = subject.screenings.get()
        services.fail_screening(
            by=story.coordinator,
            screening=screening,
            decided_on=date(2026, 3, 2),
            fail_reason=FailReason.OTHER,
            reason="Laboratory value out of range",
        )
    assert story.visit(subject, "3").status == VisitStatus.CANCELLED
    with clock.frozen(at("2026-04-02 15:00")):
        again = {"screening_date": date(2026, 4, 2), "reason": "The value is in range again."}
        services.rescreen(by=story.investigator, subject=Subject.objects.get(pk=subject.pk), **again)
    baseline = story.visit(subject, "3")
    assert (baseline.status, baseline.due_on) == (VisitStatus.PLANNED, date(2026, 4, 16))

"""The demo, built once for these tests and undone after them."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import Count, F, QuerySet
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from subjects.domain.notes import NoteType
from subjects.domain.participation import SubjectState
from subjects.domain.permissions import Perm
from subjects.domain.screening import OPEN as OPEN_ATTEMPT
from subjects.domain.screening import ScreeningStatus
from subjects.domain.visits import OPEN, VisitStatus, WindowState, window_state
from subjects.models import Consent, Screening, Site, Study, Subject, SubjectNote, Visit
from trialcrm.access.roles import Role
from trialcrm.access.scope import scope_of
from trialcrm.audit import ledger
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock
from trialcrm.demo import study
from trialcrm.demo.cast import CAST
from trialcrm.demo.database import planning_once
from trialcrm.demo.protocols import PROTOCOLS
from trialcrm.demo.world import PLACES
from trialcrm.users.models import User

# One build for all of them, on one worker.
pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), planning_once(), transaction.atomic():
        study.build(say=lambda text: None)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(_built: None) -> QuerySet[Subject]:
    return Subject.objects.filter(study__protocol_id__in=PROTOCOLS)


@pytest.fixture
def site(_built: None) -> Site:
    """Where the coordinator of the pictures works."""
    return Site.objects.get(study__protocol_id="DEMO-01", number="701")


def account(name: str) -> User:
    """Somebody of the cast; the small trial of other tests has people of the same names."""
    return User.objects.get(email=next(who.email for who in CAST if who.name == name))


def visits_of(subjects: QuerySet[Subject]) -> QuerySet[Visit]:
    return Visit.objects.filter(subject__in=subjects)


def test_three_studies_run_at_six_sites_in_three_countries(demo: QuerySet[Subject]) -> None:
    studies = Study.objects.filter(protocol_id__in=PROTOCOLS)
    sites = Site.objects.filter(study__in=studies)

    assert dict(studies.values_list("protocol_id", "status")) == {
        "DEMO-01": "recruiting",
        "DEMO-02": "recruiting",
        "DEMO-03": "approved",
    }
    assert sites.count() == 6
    assert len(set(sites.values_list("institution__country"))) == len(set(sites.values_list("time_zone"))) == 3
    assert 140 <= demo.count() <= 160


def test_there_is_somebody_in_every_state(demo: QuerySet[Subject]) -> None:
    assert set(demo.values_list("state", flat=True)) == set(SubjectState.values)


def test_attempts_are_pending_passed_failed_and_repeated_some_for_too_long(demo: QuerySet[Subject]) -> None:
    attempts = Screening.objects.filter(subject__in=demo, is_current=True)
    assert set(attempts.values_list("status", flat=True)) == set(ScreeningStatus.values)

    shares = []
    for attempt in attempts.filter(status__in=OPEN_ATTEMPT, attempt=1).select_related("study", "site"):
        used = clock.today(attempt.site.time_zone) - attempt.screening_date
        shares.append(used.days / attempt.study.max_screening_days)
    assert min(shares) < 0.4
    assert any(0.75 < share <= 1 for share in shares)
    assert max(shares) > 1
    answered = attempts.filter(status__in=OPEN_ATTEMPT).annotate(count=Count("results"))
    assert all(0 < attempt.count < 12 for attempt in answered)


def test_visits_stand_in_every_way_to_their_windows(demo: QuerySet[Subject]) -> None:
    found: Counter[Any] = Counter()
    for visit in visits_of(demo).select_related("site"):
        today = clock.today(visit.site.time_zone)
        state = window_state(visit.window, visit.status, visit.started_on, today)
        found[state, visit.status in ("scheduled", "rescheduled")] += 1

    for state in (WindowState.UPCOMING, WindowState.OPEN, WindowState.CLOSING, WindowState.OVERDUE):
        assert found[state, False], state
        assert found[state, True], state
    assert found[WindowState.IN_WINDOW, False] > found[WindowState.OUT_OF_WINDOW, False] > 5


def test_visits_were_early_late_missed_called_off_moved_and_added(demo: QuerySet[Subject]) -> None:
    visits = visits_of(demo)

    assert visits.filter(deviation_days__lt=0).exists()
    assert visits.filter(deviation_days__gt=0).exists()
    assert visits.filter(is_unscheduled=True).exists()
    booked_outside = visits.filter(scheduled_at__date__gt=F("closes_on"), status__in=OPEN)
    assert booked_outside.exclude(out_of_window_reason="").exists()
    expected = set(VisitStatus.values) - {"signed", "not_applicable"}
    assert set(visits.values_list("status", flat=True)) == expected


def test_today_is_a_full_day_for_the_coordinator(site: Site) -> None:
    today = clock.today(site.time_zone)
    visits = Visit.objects.filter(site=site, due_on=today, scheduled_at__isnull=False).order_by("scheduled_at")
    states = [visit.status for visit in visits if clock.local(visit.scheduled_at, site.time_zone).date() == today]

    assert len(states) == 7
    assert states.count("completed") >= 2
    assert states.count("in_progress") == 1
    assert states.count("scheduled") >= 2
    assert states.index("in_progress") == states.count("completed")


def test_each_site_has_its_visits_of_today(demo: QuerySet[Subject]) -> None:
    for place in PLACES:
        today = clock.today(place.zone)
        visits = visits_of(demo).filter(site__number=place.number, due_on=today, scheduled_at__isnull=False)
        assert visits.count() == place.visits_today, place.number


def test_consents_follow_the_versions_of_the_document(demo: QuerySet[Subject]) -> None:
    consents = Consent.objects.filter(subject__in=demo, study__protocol_id="DEMO-01")

    assert set(consents.values_list("version__label", "status")) >= {
        ("1.0", "active"),
        ("1.0", "superseded"),
        ("2.0", "active"),
        ("2.0", "withdrawn"),
    }
    first, second = Study.objects.get(protocol_id="DEMO-01").consent_versions.order_by("label")
    assert (first.status, second.status) == ("superseded", "effective")


def test_notes_of_all_types_come_from_several_people_with_additions(demo: QuerySet[Subject]) -> None:
    notes = SubjectNote.objects.filter(subject__in=demo)

    assert set(notes.values_list("note_type", flat=True)) == set(NoteType.values)
    assert notes.exclude(addendum_to=None).count() > 10
    assert notes.values("author").distinct().count() >= 8


def test_every_role_has_an_account_that_can_do_its_work(site: Site) -> None:
    held = {}
    for who in CAST:
        user = User.objects.get(email=who.email)
        assert user.check_password(who.password)
        held[who.name] = scope_of(user).all_roles()

    assert set().union(*held.values()) == set(Role.values) - {Role.SYSADM}
    assert held["Olga Petrov"] == set()
    assert account("Olga Petrov").is_operator
    assert {who.role for who in CAST} == {str(role.label) for role in Role}
    assert len({who.email for who in CAST}) == len(CAST)


def test_the_participant_of_the_cast_sees_the_own_visits_only(site: Site) -> None:
    participant = account("Grace Okafor")
    membership = participant.memberships.get()
    own = Visit.objects.visible_to(participant, Perm.OWN_VISITS)

    assert membership.subject.state == "on_treatment"
    assert set(own.values_list("subject", flat=True)) == {membership.subject_id}
    assert membership.subject.identity.reveal().full_name == participant.name


def test_everything_was_done_in_order_by_people_whose_task_it_was(demo: QuerySet[Subject]) -> None:
    first = AuditLog.objects.filter(actor_name="demo").order_by("id")[0]
    acts = AuditLog.objects.filter(id__gte=first.pk)
    times = list(acts.order_by("id").values_list("at", flat=True))

    # The lives first, then what happened to them: medication, events and messages.
    assert sum(later < earlier for earlier, later in pairwise(times)) <= 1
    assert times[-1] <= clock.now()
    assert clock.now() - times[0] > timedelta(days=400)
    assert not acts.exclude(outcome="done").exists()
    assert not acts.filter(role="").exists()
    by_system = set(acts.filter(actor=None).values_list("action", flat=True))
    assert not any(action.startswith(("visit", "screening", "subject", "consent.", "note")) for action in by_system)
    assert set(acts.filter(action="screening.eligibility-confirmed").values_list("role", flat=True)) == {"pi"}


def test_the_trail_of_the_demo_is_whole(demo: QuerySet[Subject]) -> None:
    assert ledger.verify() is None


def test_nobody_sees_a_name_who_should_not(demo: QuerySet[Subject]) -> None:
    monitor = account("Max Ferro")

    assert Subject.objects.visible_to(monitor).count() == demo.count()
    assert not SubjectNote.objects.visible_to(monitor).exists()
    named = demo.exclude(state="prescreen")
    assert named.filter(identity__isnull=True).count() == 0


def test_building_again_changes_nothing(demo: QuerySet[Subject]) -> None:
    before, began = AuditLog.objects.count(), time.monotonic()
    with CaptureQueriesContext(connection) as queries:
        study.build(say=lambda text: None)

    assert len(queries) == 1
    assert AuditLog.objects.count() == before
    assert time.monotonic() - began < 1


def test_it_is_not_built_with_production_settings(settings: Any) -> None:
    settings.MODE = "production"
    with pytest.raises(ImproperlyConfigured, match="known to everybody"):
        study.build()

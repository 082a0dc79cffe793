"""The screening queue, one attempt, and the chart's tab on screening and consent."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from subjects import services
from subjects.domain.participation import SubjectState
from subjects.domain.screening import ScreeningStatus
from subjects.models import Screening, Subject
from tests.support.days import in_days
from tests.support.signing import typed
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def attempt(trial):
    return Screening.objects.select_related("subject", "study", "site").get(subject=trial.registered(), is_current=True)


def answers(trial, **instead):
    """What the form posts when every criterion is met, but for those named."""
    met = {"INCLUSION": "Y", "EXCLUSION": "N"}
    return {f"answer_{item.pk}": instead.get(item.code, met[item.kind]) for item in trial.study.criteria.all()}


def page_of(attempt):
    return reverse("subjects:screening-attempt", args=[attempt.pk])


def test_the_queue_shows_who_is_in_screening_oldest_first(client, trial):
    older, newer = trial.registered(days_ago=9), trial.registered(days_ago=2, full_name="Omar Haddad")
    trial.eligible(full_name="Ivo Marek")
    client.force_login(trial.coordinator)
    response = client.get(reverse("subjects:screening"))
    assert [row.screening.subject_id for row in response.context["rows"]] == [older.pk, newer.pk]
    assert "Grace Okafor" in response.text


def test_the_queue_shows_a_coded_reader_ids_and_no_name(client, trial):
    subject = trial.registered(full_name="Canary Zebra")
    client.force_login(trial.monitor)
    response = client.get(reverse("subjects:screening"))
    assert subject.subject_id in response.text
    assert "Canary" not in response.text


@pytest.mark.parametrize(
    ("status", "expected"),
    [("", 2), ("pending", 1), ("passed", 2), ("failed", 0), ("rescreen", 0), ("all", 3), ("nonsense", 2)],
)
def test_each_chip_says_how_many_it_leaves(client, trial, attempt, status, expected):
    trial.passed(full_name="Omar Haddad")
    trial.eligible(full_name="Ivo Marek")
    client.force_login(trial.coordinator)
    response = client.get(reverse("subjects:screening"), {"status": status})
    current = next(chip for chip in response.context["chips"] if chip.current)
    assert len(response.context["rows"]) == current.count == expected


def test_the_queue_is_found_by_name_only_by_those_who_see_names(client, trial, attempt):
    for person, found in ((trial.coordinator, 1), (trial.monitor, 0)):
        client.force_login(person)
        response = client.get(reverse("subjects:screening"), {"q": "okafor"})
        assert len(response.context["rows"]) == found


def test_the_queue_is_cut_to_the_rows_for_htmx(client, trial, attempt):
    client.force_login(trial.coordinator)
    response = client.get(reverse("subjects:screening"), **HTMX)
    assert "<html" not in response.text
    assert attempt.subject.subject_id in response.text


def test_the_queue_as_a_file_holds_no_name_and_is_logged(client, trial, attempt):
    client.force_login(trial.coordinator)
    response = client.get(reverse("subjects:screening"), {"format": "csv"})
    text = b"".join(response.streaming_content).decode()
    assert attempt.subject.subject_id in text
    assert "Okafor" not in text
    assert AuditLog.objects.filter(action="screening.exported", actor_id=trial.coordinator.pk).exists()


def test_the_queue_asks_as_many_questions_for_many_rows_as_for_few(client, trial):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as questions:
            client.get(reverse("subjects:screening"))
        return len(questions)

    client.force_login(trial.coordinator)
    trial.registered()
    client.get(reverse("subjects:screening"))
    few = asked()
    for _number in range(8):
        trial.registered()
    assert asked() == few


def test_answers_are_saved_and_shown_again(client, trial, attempt):
    client.force_login(trial.coordinator)
    one = trial.study.criteria.get(code="INCL01")
    response = client.post(page_of(attempt), {f"answer_{one.pk}": "Y", f"evidence_{one.pk}": "Passport", "act": "save"})
    assert response.status_code == 303
    result = attempt.results.get()
    assert (result.answer, result.evidence, result.assessed_by) == ("Y", "Passport", trial.coordinator)
    assert 'value="Passport"' in client.get(page_of(attempt)).text


def test_a_coordinator_records_a_pass_once_everything_is_met(client, trial, attempt):
    client.force_login(trial.coordinator)
    response = client.post(page_of(attempt), {**answers(trial), "act": "passed", "decided_on": trial.today()})
    assert response.status_code == 303
    attempt.refresh_from_db()
    assert attempt.status == ScreeningStatus.PASSED
    assert attempt.eligible_on is None


def test_a_pass_with_an_unmet_criterion_is_refused_in_words_and_nothing_typed_is_lost(client, trial, attempt):
    client.force_login(trial.coordinator)
    posted = {**answers(trial, EXCL01="Y"), "act": "passed", "decided_on": trial.today(), "notes": "Seen twice"}
    response = client.post(page_of(attempt), posted)
    assert response.status_code == 422
    assert "Not met: EXCL01" in response.text
    assert "Seen twice" in response.text
    assert not attempt.results.exists()


def test_a_pass_with_an_open_criterion_names_it(client, trial, attempt):
    client.force_login(trial.coordinator)
    posted = {**answers(trial, INCL02=""), "act": "passed", "decided_on": trial.today()}
    response = client.post(page_of(attempt), posted)
    assert response.status_code == 422
    assert "Not answered yet: INCL02" in response.text


def test_a_failure_asks_why(client, trial, attempt):
    client.force_login(trial.coordinator)
    posted = {**answers(trial, EXCL01="Y"), "act": "failed", "decided_on": trial.today()}
    assert client.post(page_of(attempt), posted).status_code == 422
    assert client.post(page_of(attempt), {**posted, "fail_reason": "criteria"}).status_code == 303
    assert Subject.objects.get(pk=attempt.subject_id).state == SubjectState.SCREEN_FAILED


def test_a_given_answer_changes_only_with_a_reason_that_is_asked_for_then(client, trial, attempt):
    client.force_login(trial.coordinator)
    client.post(page_of(attempt), {**answers(trial), "act": "save"})
    assert 'name="reason"' not in client.get(page_of(attempt)).text
    changed = {**answers(trial, EXCL01="Y"), "act": "save"}
    response = client.post(page_of(attempt), changed)
    assert response.status_code == 422
    assert 'name="reason"' in response.text
    response = client.post(page_of(attempt), {**changed, "reason": "The device was overlooked"})
    assert response.status_code == 303
    assert AuditLog.objects.filter(action="screening.answered", reason="The device was overlooked").exists()


def test_an_answer_that_the_criterion_does_not_know_is_refused_at_its_field(client, trial, attempt):
    client.force_login(trial.coordinator)
    response = client.post(page_of(attempt), {**answers(trial, INCL01="NA"), "act": "save"})
    assert response.status_code == 422
    assert "INCL01: Select a valid choice" in response.text


def test_evidence_that_names_the_person_is_refused_at_its_field(client, trial, attempt):
    client.force_login(trial.coordinator)
    one = trial.study.criteria.get(code="INCL01")
    posted = {f"answer_{one.pk}": "Y", f"evidence_{one.pk}": "Letter of Mrs Okafor", "act": "save"}
    response = client.post(page_of(attempt), posted)
    assert response.status_code == 422
    assert f"evidence_{one.pk}" in response.context["form"].errors
    assert not AuditLog.objects.filter(payload__icontains="Okafor").exists()


def test_unmet_answers_are_marked_before_anything_is_saved(client, trial, attempt):
    client.force_login(trial.coordinator)
    url = reverse("subjects:screening-marks", args=[attempt.pk])
    response = client.post(url, answers(trial, EXCL01="Y"), **HTMX)
    assert response.status_code == 200
    assert "3 of 3 answered" in response.text
    assert "EXCL01. A pass is not possible" in response.text
    assert not AuditLog.objects.filter(action="identity.read").exists()
    assert not attempt.results.exists()


def test_a_decided_attempt_is_shown_and_takes_no_more_answers(client, trial):
    attempt = trial.passed()
    client.force_login(trial.coordinator)
    response = client.get(page_of(attempt))
    assert 'name="act"' not in response.text
    assert trial.coordinator.name in response.text
    response = client.post(page_of(attempt), {**answers(trial), "act": "save"})
    assert response.status_code == 403
    assert "decided" in response.text


def test_an_attempt_of_another_site_does_not_exist(client, trial, attempt):
    client.force_login(trial.outsider)
    for name in ("screening-attempt", "screening-marks", "screening-revoke"):
        url = reverse(f"subjects:{name}", args=[attempt.pk])
        assert client.get(url).status_code == 404
        assert client.post(url, answers(trial)).status_code == 404
    client.force_login(trial.other_investigator)
    assert client.post(reverse("subjects:screening-confirm", args=[attempt.pk])).status_code == 404


def test_a_monitor_reads_an_attempt_and_may_not_answer(client, trial, attempt):
    client.force_login(trial.monitor)
    assert client.get(page_of(attempt)).status_code == 200
    response = client.post(page_of(attempt), {**answers(trial), "act": "save"})
    assert response.status_code == 403
    assert not attempt.results.exists()


def test_eligibility_is_confirmed_by_an_investigator_and_by_nobody_else(client, trial):
    attempt = trial.passed()
    url = reverse("subjects:screening-confirm", args=[attempt.pk])
    client.force_login(trial.coordinator)
    assert "Only an investigator confirms eligibility" in client.get(page_of(attempt)).text
    assert client.post(url).status_code == 403
    client.force_login(trial.subinvestigator)
    assert client.post(url).status_code == 422
    assert client.post(url, typed(trial.subinvestigator, attempt)).status_code == 303
    attempt.refresh_from_db()
    assert attempt.eligible_by == trial.subinvestigator
    assert attempt.subject.state == SubjectState.ELIGIBLE


def test_a_pass_is_revoked_with_what_became_known(client, trial):
    subject = trial.eligible()
    attempt = subject.screenings.get()
    client.force_login(trial.coordinator)
    url = reverse("subjects:screening-revoke", args=[attempt.pk])
    posted = {"decided_on": trial.today(), "fail_reason": "other"}
    assert client.post(url, posted).status_code == 422
    assert client.post(url, {**posted, "reason": "A pacemaker was found"}).status_code == 303
    subject.refresh_from_db()
    assert subject.state == SubjectState.SCREEN_FAILED


def test_another_attempt_opens_as_rescreen_and_the_queue_shows_it(client, trial, attempt):
    with clock.frozen(in_days(-0)):
        services.fail_screening(by=trial.coordinator, screening=attempt, decided_on=trial.today(), fail_reason="other")
    client.force_login(trial.investigator)
    url = reverse("subjects:subject-rescreen", args=[attempt.subject_id])
    posted = {"screening_date": trial.today(), "reason": "Blood pressure is treated"}
    too_early = client.post(url, posted)
    assert too_early.status_code == 422
    assert "14 days after the failure" in too_early.text
    with clock.frozen(in_days(15)):
        client.force_login(trial.investigator)
        assert client.post(url, {**posted, "screening_date": trial.today()}).status_code == 303
        response = client.get(reverse("subjects:screening"), {"status": "rescreen"})
    assert [row.screening.attempt for row in response.context["rows"]] == [2]


def test_the_tab_shows_attempts_consents_and_milestones(client, trial):
    subject = trial.eligible()
    client.force_login(trial.monitor)
    response = client.get(reverse("subjects:subject-screening", args=[subject.pk]))
    assert response.status_code == 200
    for text in ("Attempt 1", "Pacemaker", "1.0", "Informed consent obtained"):
        assert text.lower() in response.text.lower()


def test_the_tab_of_another_sites_participant_does_not_exist(client, trial, attempt):
    client.force_login(trial.outsider)
    assert client.get(reverse("subjects:subject-screening", args=[attempt.subject_id])).status_code == 404


@pytest.mark.parametrize("name", ["screening-confirm", "screening-revoke"])
def test_a_dialog_is_answered_with_its_part_alone(client, trial, name):
    attempt = trial.passed()
    client.force_login(trial.investigator)
    response = client.get(reverse(f"subjects:{name}", args=[attempt.pk]), **HTMX)
    assert response.status_code == 200
    assert response.text.strip().startswith('<div class="card">')

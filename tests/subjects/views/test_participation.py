"""Moves through the study, each asked for on the same page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from subjects.domain.participation import MOVES, SUBJECT_LIFECYCLE, SubjectState
from subjects.models import Subject
from subjects.views.participation import ACTS
from trialcrm.core import clock

HTMX = {"HTTP_HX_REQUEST": "true"}


def url_of(subject, move):
    return reverse("subjects:subject-move", args=[subject.pk, move])


def test_every_move_has_a_page_and_every_page_a_move():
    assert {move.slug for move in MOVES} == set(ACTS)


def test_an_unknown_move_does_not_exist(client, trial):
    client.force_login(trial.investigator)
    assert client.get(url_of(trial.registered(), "fly")).status_code == 404


def test_somebody_eligible_is_randomised_and_dosed_by_the_coordinator(client, trial):
    subject = trial.eligible()
    client.force_login(trial.coordinator)
    now = clock.local(clock.now(), trial.site.time_zone).strftime("%Y-%m-%dT%H:%M")
    posted = {"randomisation_number": "R-017", "randomised_at": now}
    assert client.post(url_of(subject, "randomise"), posted).status_code == 303
    page = client.get(url_of(subject, "start-treatment"))
    assert "4 visits are planned" in page.text
    assert client.post(url_of(subject, "start-treatment"), {"first_dose_on": trial.today()}).status_code == 303
    subject.refresh_from_db()
    assert subject.state == SubjectState.ON_TREATMENT
    assert subject.visits.count() == 7


def test_withdrawing_says_what_it_cancels_and_forces_no_reason(client, trial):
    subject = trial.on_treatment(first_dose_days_ago=3)
    client.force_login(trial.investigator)
    page = client.get(url_of(subject, "withdraw"))
    assert "visits that are still open are cancelled" in page.text
    posted = {"ended_on": trial.today(), "end_reason": "no-reason", "extent": "procedures"}
    assert client.post(url_of(subject, "withdraw"), posted).status_code == 303
    end = subject.dispositions.last()
    assert (end.decoded, end.term) == ("WITHDRAWAL BY SUBJECT", "NO REASON GIVEN")


@pytest.mark.parametrize("move", ["withdraw", "lost", "died", "stop-treatment", "complete"])
def test_ending_is_an_investigators_decision_and_the_reason_is_told(client, trial, move):
    subject = trial.on_treatment()
    client.force_login(trial.coordinator)
    response = client.get(url_of(subject, move))
    assert response.status_code == 403
    assert "Only an investigator decides this" in response.text


def test_the_chart_shows_dead_acts_with_their_reason(client, trial):
    subject = trial.on_treatment()
    client.force_login(trial.coordinator)
    page = client.get(reverse("subjects:subject-screening", args=[subject.pk])).text
    assert "Only an investigator decides this" in page
    assert "Record randomisation" not in page


@pytest.mark.parametrize("slug", [move.slug for move in MOVES])
def test_a_move_out_of_order_is_refused_also_when_posted_directly(client, trial, slug):
    subject = trial.registered()
    wanted = next(move for move in MOVES if move.slug == slug)
    client.force_login(trial.investigator)
    response = client.post(url_of(subject, slug), {})
    expected = 422 if wanted.to in SUBJECT_LIFECYCLE.moves[subject.state] else 403
    assert response.status_code == expected
    assert Subject.objects.get(pk=subject.pk).state == SubjectState.SCREENING


def test_a_move_of_another_sites_participant_does_not_exist(client, trial):
    subject = trial.eligible()
    client.force_login(trial.other_investigator)
    assert client.post(url_of(subject, "randomise"), {}).status_code == 404


def test_a_move_is_asked_in_a_dialog(client, trial):
    subject = trial.eligible()
    client.force_login(trial.coordinator)
    page = client.get(url_of(subject, "randomise"), **HTMX).text
    assert page.strip().startswith('<div class="card">')
    assert "stays hidden" in page


def test_a_refusal_stands_at_its_field(client, trial):
    subject = trial.on_treatment()
    client.force_login(trial.investigator)
    posted = {"last_dose_on": trial.today() - timedelta(days=1), "end_reason": "ADVERSE EVENT"}
    response = client.post(url_of(subject, "stop-treatment"), posted)
    assert response.status_code == 422
    assert "before the first dose" in str(response.context["form"].errors["last_dose_on"])


def test_a_death_may_be_known_in_part(client, trial):
    subject = trial.on_treatment()
    client.force_login(trial.investigator)
    assert client.post(url_of(subject, "died"), {"died_on": "yesterday"}).status_code == 422
    assert client.post(url_of(subject, "died"), {"died_on": f"{trial.today():%Y-%m}"}).status_code == 303
    subject.refresh_from_db()
    assert (subject.state, subject.died_on) == (SubjectState.DIED, f"{trial.today():%Y-%m}")


def test_somebody_lost_comes_back_with_a_word_how(client, trial):
    subject = trial.on_treatment()
    client.force_login(trial.investigator)
    posted = {"ended_on": trial.today(), "reason": "Three calls and a letter, unanswered"}
    assert client.post(url_of(subject, "lost"), posted).status_code == 303
    assert client.post(url_of(subject, "follow-up"), {}).status_code == 422
    back = {"reason": "Called from a new number"}
    assert client.post(url_of(subject, "follow-up"), back).status_code == 303
    subject.refresh_from_db()
    assert (subject.state, subject.end_reason) == (SubjectState.FOLLOW_UP, "")

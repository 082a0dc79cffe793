"""Everything about one participant."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from safety.services import report_symptom
from subjects import services
from subjects.models import Subject
from tests.support.cast import Trial
from tests.support.messaging import participant_of
from tests.support.safety import told
from tests.support.trail import CANARY, cancelled, page, record_url, words
from trialcrm.access.roles import Role

pytestmark = pytest.mark.django_db


class TestOneSubject:
    def test_everything_about_a_subject_is_the_history_tab_of_its_chart(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        cancelled(trial, subject)

        text = words(page(client, trial.coordinator, reverse("trail:subject", args=[subject.pk])))

        assert text.index(f"Visit cancelled: {subject}") < text.index(f"Registered: {subject}")

    def test_it_is_filtered_by_person_act_kind_and_day(self, trial: Trial, subject: Subject, client: Client) -> None:
        cancelled(trial, subject)
        url = reverse("trail:subject", args=[subject.pk])

        def shown(**query: str) -> int:
            return page(client, trial.coordinator, url, **query).count('class="audit"')

        assert shown(action="visit.cancelled") == 1
        assert shown(kind="subjects.Visit") == 1
        assert shown(person="Nora Lindqvist") > 1
        assert shown(person="test cast") <= shown()
        assert shown(since="2999-01-01") == 0
        assert shown(until="2999-01-01") >= shown(since="2000-01-01") > 1
        assert shown(since="nonsense") > 1

    def test_it_is_hidden_from_other_sites(self, trial: Trial, subject: Subject, client: Client) -> None:
        page(client, trial.outsider, reverse("trail:subject", args=[subject.pk]), 404)

    def test_who_read_the_identity_is_known_without_details_to_coded_readers(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        page(client, trial.coordinator, reverse("subjects:subject", args=[subject.pk]))
        url = reverse("trail:subject", args=[subject.pk])
        named = page(client, trial.coordinator, url)
        coded = page(client, trial.monitor, url)

        assert CANARY in named
        assert CANARY not in coded
        assert "Zephyrine" not in coded
        assert "chart overview" not in coded

    def test_notes_stay_with_the_site(self, trial: Trial, subject: Subject, client: Client) -> None:
        services.write_note(by=trial.coordinator, subject=subject, note_type="call", note_text="Asked about parking.")
        url = reverse("trail:subject", args=[subject.pk])

        assert "Asked about parking." in page(client, trial.investigator, url)
        coded = page(client, trial.monitor, url)
        assert "Asked about parking." not in coded
        assert "Note written" in coded

    def test_a_participants_own_account_is_not_named_to_coded_readers(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        membership = services.give_role(
            by=trial.investigator,
            user=trial.stranger,
            role=Role.PART,
            study=trial.study,
            subject=subject,
            starts_on=date(2020, 1, 1),
        )

        for url in (reverse("trail:subject", args=[subject.pk]), reverse("trail:search")):
            assert "Stan Ivers" not in page(client, trial.monitor, url)
        page(client, trial.monitor, record_url(membership), 404)
        assert "Stan Ivers" in page(client, trial.coordinator, reverse("trail:subject", args=[subject.pk]))

    def test_what_points_to_a_participants_account_has_no_name_for_coded_readers(
        self, trial: Trial, client: Client
    ) -> None:
        """A symptom says who told of it: for the sponsor's side that is the participant, and not who they are."""
        subject = trial.on_treatment(first_dose_days_ago=10)
        person = participant_of(subject, name="Ann Told-It")
        event = report_symptom(by=person, subject=subject, event_term="Dizzy", onset=told(subject).onset)

        coded = page(client, trial.monitor, record_url(event))
        assert "Reported by" in coded
        assert "Ann Told-It" not in coded
        assert "Ann Told-It" in page(client, trial.coordinator, record_url(event))

"""What is found in the trail, by whom, and what leaves it."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from subjects import services
from subjects.models import Consent, Subject, SubjectIdentity, SubjectNote, Visit
from tests.support.cast import BUILDER, Trial
from tests.support.trail import CANARY, STORY, cancelled, first_visit, page, queries, record_url
from trialcrm.audit.models import AuditLog
from trialcrm.audit.recording import recorded

pytestmark = pytest.mark.django_db


class TestSearch:
    def test_one_reads_the_sites_whose_history_is_ones_own(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        url = reverse("trail:search")

        here = page(client, trial.coordinator, url, subject=subject.subject_id)
        assert f"Registered: {subject}" in here
        assert str(subject) not in page(client, trial.outsider, url)
        assert f"Registered: {subject}" in page(client, trial.monitor, url)

    def test_accounts_are_for_operators_and_ones_own_for_everybody(self, trial: Trial, client: Client) -> None:
        url, created = reverse("trail:search"), "Account created: "

        operator = page(client, trial.operator, url, action="account.created")
        assert f"{created}Nora Lindqvist" in operator
        assert f"{created}Stan Ivers" in operator
        stranger = page(client, trial.stranger, url)
        assert f"{created}Stan Ivers" in stranger
        assert "Nora" not in stranger
        assert f"{created}Stan" not in page(client, trial.manager, url)

    def test_an_operator_reads_nothing_of_a_study(self, trial: Trial, subject: Subject, client: Client) -> None:
        assert str(subject) not in page(client, trial.operator, reverse("trail:search"))

    def test_what_belongs_to_the_whole_study_is_read_by_everybody_in_it(self, trial: Trial, client: Client) -> None:
        assert "Study status changed" in page(client, trial.outsider, reverse("trail:search"), action="study.moved")

    def test_records_of_another_site_in_an_act_on_the_whole_study_stay_hidden(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        @recorded("test.study-wide", "Corrected everywhere")
        def everywhere(*, by: Any) -> Any:
            visit = first_visit(subject)
            visit.location = "Ward 77"
            visit.save()
            return trial.study

        everywhere(by=BUILDER)
        url = reverse("trail:search")

        assert "Ward 77" in page(client, trial.coordinator, url, action="test.study-wide")
        hidden = page(client, trial.outsider, url, action="test.study-wide")
        assert "Corrected everywhere" in hidden
        assert "Ward 77" not in hidden

    def test_refusals_are_found_with_the_sentence_that_was_said(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        visit = cancelled(trial, subject)
        with pytest.raises(Exception, match="cancelled"):
            services.cancel_visit(by=trial.coordinator, visit=visit, reason="once more and again")

        html = page(client, trial.coordinator, reverse("trail:search"), outcome="refused")

        assert html.count('class="audit"') == 1
        assert "Refused" in html

    def test_it_is_exported_as_csv_and_the_export_is_logged(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        visit = cancelled(trial, subject)
        url = reverse("trail:search")

        text = page(client, trial.coordinator, url, format="csv", action="visit.cancelled")

        (row,) = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
        assert (row["participant"], row["site"], row["study"]) == (str(subject), "701", "TEST-01")
        assert (row["record_id"], row["person"], row["outcome"]) == (str(visit.pk), "Nora Lindqvist", "done")
        assert "Status: Planned → Cancelled" in row["changes"]
        assert row["reason"] == "moved to another town"
        export = AuditLog.objects.get(action="trail.exported")
        assert export.actor_id == trial.coordinator.pk
        assert export.payload == {"format": "csv", "filters": {"action": "visit.cancelled"}, "last_seal": ""}

    def test_it_is_exported_as_json_with_no_more_than_the_page_shows(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        cancelled(trial, subject)
        services.write_note(by=trial.coordinator, subject=subject, note_type="call", note_text=STORY)
        url = reverse("trail:search")

        exported = json.loads(page(client, trial.monitor, url, format="json"))

        assert exported["exported_by"] == "Max Ferro"
        assert {row["action"] for row in exported["rows"]} >= {"visit.cancelled", "note.written"}
        text = json.dumps(exported)
        assert STORY not in text
        assert "moved to another town" not in text
        assert "Zephyrine" not in text

    def test_an_export_of_one_subject_is_logged_with_it(self, trial: Trial, subject: Subject, client: Client) -> None:
        page(client, trial.coordinator, reverse("trail:subject", args=[subject.pk]), format="json")

        assert AuditLog.objects.get(action="trail.exported").subject_id == subject.pk

    def test_the_number_of_queries_does_not_grow_with_the_rows(self, trial: Trial, client: Client) -> None:
        url = reverse("trail:search")
        subject = trial.registered()
        before = queries(client, trial.coordinator, url)
        for name in ("Ada Obi", "Bea Orr", "Cy Poe"):
            trial.registered(full_name=name)
        # Fewer, where the new rows leave no room for one of a kind that is asked for by itself.
        assert queries(client, trial.coordinator, url) <= before
        assert queries(client, trial.coordinator, f"{url}?subject={subject}") == queries(
            client, trial.coordinator, f"{url}?subject=701"
        )

    def test_its_times_are_in_one_zone_which_it_names(self, trial: Trial, client: Client) -> None:
        url = reverse("trail:search")

        assert "Times in America/New_York." in page(client, trial.coordinator, url)
        assert "Times in UTC." in page(client, trial.operator, url)

    def test_nobody_reads_it_without_signing_in(self, client: Client) -> None:
        response = client.get(reverse("trail:search"))

        assert response.status_code == 302
        assert "/account/" in response["Location"]


def test_no_name_is_anywhere_in_the_trail_that_coded_readers_see(
    trial: Trial, subject: Subject, client: Client
) -> None:
    services.write_note(by=trial.coordinator, subject=subject, note_type="call", note_text=f"{CANARY} rang.")
    cancelled(trial, subject, reason="she asked for it by phone")
    records = [
        subject,
        *Visit.objects.filter(subject=subject),
        *Consent.objects.filter(subject=subject),
        *SubjectNote.objects.filter(subject=subject),
        *SubjectIdentity.objects.filter(subject=subject),
    ]
    urls = [*map(record_url, records), reverse("trail:search"), reverse("trail:subject", args=[subject.pk])]
    for person in (trial.monitor, trial.safety, trial.manager, trial.inspector):
        client.force_login(person)
        for url in [*urls, f"{urls[-2]}?format=csv", f"{urls[-2]}?format=json", f"{urls[-1]}?format=csv"]:
            response = client.get(url)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert b"Zephyrine" not in body
            assert b"Quill" not in body

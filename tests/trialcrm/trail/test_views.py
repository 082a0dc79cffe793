"""Who reads what of the trail."""

import csv
import json
import re
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from safety.services import report_symptom
from subjects import services
from subjects.domain.permissions import Perm
from subjects.models import (
    Arm,
    Consent,
    Identity,
    Subject,
    SubjectIdentity,
    SubjectKey,
    SubjectNote,
    TreatmentAssignment,
    Visit,
)
from tests.support.cast import BUILDER, Trial
from tests.support.messaging import participant_of
from tests.support.safety import told
from trialcrm.access import grants, roles
from trialcrm.access.roles import Role
from trialcrm.audit import bulk
from trialcrm.audit.models import AuditLog
from trialcrm.audit.recording import recorded
from trialcrm.core import crypto
from trialcrm.role_matrix import MATRIX

pytestmark = pytest.mark.django_db
CANARY = "Zephyrine Quill"
STORY = "the story of Zephyrine"


@pytest.fixture
def subject(trial: Trial) -> Subject:
    return trial.registered(full_name=CANARY)


def page(client: Client, reader: Any, url: str, status: int = 200, **query: Any) -> str:
    client.force_login(reader)
    response = client.get(url, query)
    assert response.status_code == status, response.status_code
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def record_url(record: Any) -> str:
    return reverse("trail:record", args=[record._meta.app_label, record._meta.model_name, record.pk])


def first_visit(subject: Subject) -> Visit:
    return Visit.objects.filter(subject=subject).earliest("due_on")


@recorded("test.saved", "Corrected by hand")
def saved(*, by: Any, record: Any, reason: str = "") -> Any:
    record.save()
    return record


def cancelled(trial: Trial, subject: Subject, reason: str = "moved to another town") -> Visit:
    return services.cancel_visit(by=trial.coordinator, visit=first_visit(subject), reason=reason)


class TestOneRecord:
    def test_its_story_says_who_did_what_when_why_and_what_changed(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        visit = cancelled(trial, subject)

        html = page(client, trial.investigator, record_url(visit))
        text = words(html)

        assert "Visit cancelled" in text
        assert "Nora Lindqvist, Coordinator" in text
        assert "“moved to another town”" in text
        assert "<del>Planned</del>" in html
        assert "<ins>Cancelled</ins>" in html
        assert re.search(r'title="\d{4}-\d\d-\d\d \d\d:\d\d UTC"', html)

    def test_times_are_shown_in_the_zone_of_the_site(self, trial: Trial, subject: Subject, client: Client) -> None:
        row = AuditLog.objects.filter(subject_id=subject.pk).latest("id")

        html = page(client, trial.coordinator, record_url(subject))

        assert f'datetime="{row.at.isoformat()}"' in html

    def test_for_htmx_it_is_a_part_of_a_page(self, trial: Trial, subject: Subject, client: Client) -> None:
        client.force_login(trial.coordinator)
        url = record_url(first_visit(subject))

        panel = client.get(url, headers={"HX-Request": "true", "HX-Target": "panel"}).content.decode()
        story = client.get(url, headers={"HX-Request": "true", "HX-Target": "story"}).content.decode()

        assert "<html" not in panel
        assert 'id="layer-title"' in panel
        assert "layer-title" not in story
        assert 'class="audit"' in story

    def test_what_one_may_not_see_has_no_story(self, trial: Trial, subject: Subject, client: Client) -> None:
        visit = first_visit(subject)

        page(client, trial.outsider, record_url(visit), 404)
        page(client, trial.outsider, record_url(subject), 404)
        page(client, trial.monitor, record_url(SubjectIdentity.objects.get(subject=subject)), 404)
        page(client, trial.stranger, record_url(visit), 403)

    @pytest.mark.parametrize(
        "path", ["users/user", "subjects/subjectkey", "subjects/nothing", "audit/auditlog", "nowhere/visit"]
    )
    def test_only_records_with_a_place_have_a_page(self, trial: Trial, client: Client, path: str) -> None:
        page(client, trial.coordinator, f"/trail/{path}/{trial.coordinator.pk}/", 404)

    def test_whoever_sees_a_record_and_not_its_history_is_told_so(
        self, trial: Trial, subject: Subject, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(roles._matrix, Role.INSP, MATRIX[Role.INSP] - {Perm.VIEW_HISTORY})
        grants.enrol(trial.stranger, Role.INSP, trial.site)
        grants.enrol(trial.stranger, Role.CRC, trial.other_site)

        html = page(client, trial.stranger, record_url(first_visit(subject)), 403)

        assert "Your role does not include the history of this record." in html

    def test_identities_are_shown_in_clear_to_site_staff_and_the_reading_is_logged(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        identity = SubjectIdentity.objects.get(subject=subject)
        other = Identity(full_name="Zephyrine Quill-Marsh", date_of_birth=date(1955, 4, 2))
        services.change_identity(by=trial.coordinator, subject=subject, identity=other, reason="she married in May")

        html = page(client, trial.coordinator, record_url(identity))

        assert "<del>Zephyrine Quill</del>" in html
        assert "<ins>Zephyrine Quill-Marsh</ins>" in html
        row = AuditLog.objects.get(action="identity.history-read")
        assert (row.actor_id, row.subject_id) == (trial.coordinator.pk, subject.pk)

    def test_an_erased_identity_stays_erased_in_its_history(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        identity = SubjectIdentity.objects.get(subject=subject)
        SubjectKey.objects.filter(subject=subject).update(wrapped=crypto.wrap(crypto.new_data_key()))

        html = page(client, trial.coordinator, record_url(identity))

        assert CANARY not in html.replace(f'<span class="name">{CANARY}</span>', "")
        assert "<dd>erased</dd>" in html

    def test_treatment_is_for_its_own_permission(self, trial: Trial, subject: Subject, client: Client) -> None:
        arm = saved(by=BUILDER, record=Arm(study=trial.study, code="Z", name="Zonoprazine"))
        assignment = saved(by=BUILDER, record=TreatmentAssignment(subject=subject, planned_arm=arm))

        assert "Zonoprazine" in page(client, trial.unblinded_pharmacist, record_url(assignment))
        for part in ("coordinator", "investigator", "pharmacist", "monitor"):
            page(client, getattr(trial, part), record_url(assignment), 404)
        for part in ("coordinator", "monitor"):
            for url in (reverse("trail:search"), reverse("trail:subject", args=[subject.pk])):
                html = page(client, getattr(trial, part), url, kind="subjects.TreatmentAssignment")
                assert "Corrected by hand" in html
                assert "Zonoprazine" not in html

    def test_coded_readers_get_neither_free_text_nor_reasons(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        visit = first_visit(subject)
        visit.not_done_reason = STORY
        saved(by=trial.coordinator, record=visit, reason=f"see {STORY}")

        coded = page(client, trial.monitor, record_url(visit))
        named = page(client, trial.investigator, record_url(visit))

        assert STORY in named
        assert STORY not in coded
        assert "withheld" in coded
        assert "Nora Lindqvist" in coded

    def test_many_versions_come_page_by_page_and_each_is_compared_with_the_one_before(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        visit = first_visit(subject)
        for number in range(30):
            visit.location = f"Room {number}"
            saved(by=trial.coordinator, record=visit)

        first = page(client, trial.coordinator, record_url(visit))
        following = re.search(r'href="(\?page=[^"]+)" hx-get="[^"]+" rel="next"', first)
        assert following
        second = page(client, trial.coordinator, record_url(visit) + following[1])

        assert "<del>Room 28</del>" in first
        assert "<del>Room 4</del>" in first
        assert "<del>Room 3</del>" in second
        assert first.count('class="audit"') == 25

    def test_records_written_in_bulk_show_their_values_and_their_own_reasons(
        self, trial: Trial, subject: Subject, client: Client
    ) -> None:
        visit = first_visit(subject)
        visit.location = "Ward 3"

        @recorded("test.imported", "Imported")
        def imported(*, by: Any) -> None:
            bulk.update([visit], lambda record: "sv.xpt, row 7")

        imported(by=BUILDER)
        html = page(client, trial.monitor, record_url(visit))

        assert "<ins>Ward 3</ins>" in html
        assert "sv.xpt, row 7" in html

    def test_the_number_of_queries_does_not_grow_with_the_versions(
        self, trial: Trial, subject: Subject, client: Client, django_assert_num_queries: Any
    ) -> None:
        few, many = list(Visit.objects.filter(subject=subject).order_by("due_on"))[:2]
        for number in range(20):
            many.location = f"Room {number}"
            many.coordinator = (trial.coordinator, trial.investigator)[number % 2]
            saved(by=trial.coordinator, record=many)
        few.coordinator = trial.investigator
        saved(by=trial.coordinator, record=few)

        assert queries(client, trial.coordinator, record_url(few)) == queries(
            client, trial.coordinator, record_url(many)
        )


def queries(client: Client, person: Any, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page(client, person, url)
    with CaptureQueriesContext(connection) as captured:
        page(client, person, url)
    return len([query for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]])


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

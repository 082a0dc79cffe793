"""The story of one record."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from subjects import services
from subjects.domain.permissions import Perm
from subjects.models import Arm, Identity, Subject, SubjectIdentity, SubjectKey, TreatmentAssignment, Visit
from tests.support.cast import BUILDER, Trial
from tests.support.trail import CANARY, STORY, cancelled, first_visit, page, queries, record_url, saved, words
from trialcrm.access import grants, roles
from trialcrm.access.roles import Role
from trialcrm.audit import bulk
from trialcrm.audit.models import AuditLog
from trialcrm.audit.recording import recorded
from trialcrm.core import crypto
from trialcrm.role_matrix import MATRIX

pytestmark = pytest.mark.django_db


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

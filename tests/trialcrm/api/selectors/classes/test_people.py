"""People over the API: staff whom one may know, participants in code, and who those are for those who may know."""

from datetime import date, timedelta
from typing import Any

import pytest

from subjects import services
from subjects.domain.participation import Coded
from subjects.models import Consent, Screening, Subject, SubjectKey
from tests.support.api import Caller
from tests.support.cast import BUILDER
from tests.support.messaging import participant_of
from tests.trialcrm.api.views.rest.test_entering import token_of
from trialcrm.access.roles import Role
from trialcrm.audit.models import AuditLog

SITE_STAFF = {"Nora Lindqvist", "Dr Hana Ito", "Dr Paul Sol", "Pat Moreno", "Uma Kerr"}
SPONSOR = {"Max Ferro", "Sam Adeyemi", "Mia Grant", "Ida Novak"}
OTHER_SITE = {"Oren Blum", "Dr Lea Roth"}


@pytest.fixture
def grace(trial: Any) -> Subject:
    return trial.registered(full_name="Grace Okafor", medical_record_number="MRN-77", days_ago=8)


@pytest.fixture
def ed(trial: Any) -> Subject:
    return trial.registered(full_name="Ed Stone", medical_record_number="MRN-78")


@pytest.fixture
def elsewhere(trial: Any) -> Subject:
    return trial.registered(full_name="Olive Far", site=trial.other_site)


def ids(rows: list[dict[str, Any]]) -> set[str]:
    return {row["id"] for row in rows}


class TestUsers:
    @pytest.mark.parametrize(
        ("part", "known"),
        [
            ("coordinator", SITE_STAFF | SPONSOR),
            ("pharmacist", SITE_STAFF | SPONSOR),
            ("outsider", OTHER_SITE | SPONSOR),
            ("monitor", SITE_STAFF | OTHER_SITE | SPONSOR),
            ("stranger", {"Stan Ivers"}),
            ("operator", {"Olga Petrov"}),
        ],
    )
    def test_staff_know_who_works_where_they_work(self, trial: Any, part: str, known: set[str]) -> None:
        rows = Caller(getattr(trial, part)).rows("users")
        assert {row["name"] for row in rows} == known

    def test_a_participant_knows_the_site_and_is_known_by_nobody(self, trial: Any, grace: Subject, ed: Subject) -> None:
        own = participant_of(grace)
        participant_of(ed, "ed@home.test", "Ed Stone")
        rows = {row["name"]: row for row in Caller(own).rows("users")}
        assert set(rows) == SITE_STAFF | {"Grace Okafor"}
        assert rows["Nora Lindqvist"]["email"] is None
        assert rows["Grace Okafor"]["username"] == own.email
        assert rows["Grace Okafor"]["role"] == "part"
        assert "Grace Okafor" not in {row["name"] for row in Caller(trial.coordinator).rows("users")}
        assert Caller(trial.coordinator).get(f"users/{own.pk}").status_code == 404

    def test_the_fields_of_the_brief(self, trial: Any) -> None:
        nora = Caller(trial.investigator).get(f"users/{trial.coordinator.pk}").json()
        assert (nora["username"], nora["email"]) == (trial.coordinator.email, trial.coordinator.email)
        assert (nora["role"], nora["site_name"]) == ("crc", "Riverside")
        assert "password" not in nora
        assert Caller(trial.pharmacist).get(f"users/{trial.coordinator.pk}").json()["email"] is None

    def test_by_site(self, trial: Any) -> None:
        rows = Caller(trial.monitor).rows("users", site=str(trial.other_site.pk))
        assert {row["name"] for row in rows} == OTHER_SITE

    def test_a_token_for_one_site_does_not_tell_of_a_role_at_another(self, trial: Any) -> None:
        places = {"study": trial.study, "site": trial.other_site}
        services.give_role(by=BUILDER, user=trial.coordinator, role=Role.PHARM, starts_on=trial.today(), **places)
        token = token_of(trial.coordinator, site_ids=[trial.site.pk])
        own = f"users/{trial.coordinator.pk}"
        for caller, known in (
            (Caller(trial.coordinator), ("pharm", "Hillcrest")),
            (Caller(token=token.secret), ("crc", "Riverside")),
        ):
            row = caller.get(own).json()
            assert (row["role"], row["site_name"]) == known


class TestSubjects:
    def test_who_sees_whom(self, trial: Any, grace: Subject, elsewhere: Subject) -> None:
        own = participant_of(grace)
        for person, seen in (
            (trial.coordinator, {grace}),
            (trial.outsider, {elsewhere}),
            (trial.monitor, {grace, elsewhere}),
            (own, {grace}),
        ):
            assert ids(Caller(person).rows("subjects")) == {str(subject.pk) for subject in seen}
        assert Caller(trial.stranger).get("subjects").status_code == 403

    def test_the_fields_of_the_brief(self, trial: Any, grace: Subject) -> None:
        consent = Consent.objects.get(subject=grace)
        found = Caller(trial.coordinator).get(f"subjects/{grace.pk}", include="study,coordinator,patient").json()
        assert found["subject_id"] == grace.subject_id
        assert found["screening_status"] == "pending"
        assert found["study"]["protocol_id"] == "TEST-01"
        assert found["coordinator"]["name"] == "Nora Lindqvist"
        assert found["sex_at_birth"] == "F"
        assert found["consent_signed_at"].startswith(consent.signed_at.strftime("%Y-%m-%dT%H:%M"))
        assert found["patient"]["full_name"] == "Grace Okafor"
        assert "full_name" not in found

    def test_the_sponsor_gets_no_name_beside_the_code(self, trial: Any, grace: Subject) -> None:
        found = Caller(trial.monitor).get(f"subjects/{grace.pk}", include="patient")
        assert found.json()["patient"] is None
        assert b"Grace" not in found.content

    def test_what_a_role_does_not_see_of_others_it_does_not_see_here(self, trial: Any, grace: Subject) -> None:
        """A pharmacist does not read screening, and a participant not what staff wrote of them."""
        assert Caller(trial.pharmacist).get(f"subjects/{grace.pk}").json()["screening_status"] is None
        assert Caller(trial.pharmacist).rows("subjects", screening_status="pending") == []
        own = Caller(participant_of(grace))
        found = own.get(f"subjects/{grace.pk}").json()
        assert [found[name] for name in ("state", "source", "end_reason", "screening_status")] == [None] * 4
        for asked in ({"state": "screening"}, {"screening_status": "pending"}):
            assert own.rows("subjects", **asked) == []

    def test_filters(self, trial: Any, grace: Subject, ed: Subject, elsewhere: Subject) -> None:
        listed = services.add_to_prescreening(
            by=trial.coordinator, site=trial.site, coordinator=trial.investigator, coded=Coded(source="Clinic")
        )
        nora = Caller(trial.coordinator)
        passed = trial.passed(full_name="Ann Pass").subject
        for asked, wanted in (
            ({"screening_status": "pending"}, {grace, ed, listed}),
            ({"screening_status": "passed"}, {passed}),
            ({"state": "prescreen"}, {listed}),
            ({"coordinator": str(trial.investigator.pk)}, {listed}),
            ({"subject_id": ed.subject_id}, {ed}),
            ({"site": str(trial.other_site.pk)}, set()),
            ({"study": str(trial.study.pk)}, {grace, ed, listed, passed}),
        ):
            assert ids(nora.rows("subjects", **asked)) == {str(subject.pk) for subject in wanted}, asked
        assert nora.get("subjects", screening_status="odd").status_code == 422

    def test_by_screening_status_where_screening_is_seen_and_once_each(self, trial: Any, grace: Subject) -> None:
        places = {"study": trial.study, "site": trial.other_site}
        services.give_role(by=BUILDER, user=trial.coordinator, role=Role.PHARM, starts_on=trial.today(), **places)
        unseen = services.add_to_prescreening(
            by=trial.outsider, site=trial.other_site, coordinator=trial.outsider, coded=Coded(source="Clinic")
        )
        again = rescreened(trial)
        nora = Caller(trial.coordinator)
        assert str(unseen.pk) in ids(nora.rows("subjects"))
        for status, wanted in (("pending", {grace}), ("rescreen", {again}), ("failed", set())):
            rows = nora.rows("subjects", screening_status=status)
            assert [row["id"] for row in rows] == [str(subject.pk) for subject in wanted], status


def rescreened(trial: Any) -> Subject:
    """Somebody who failed and is screened again."""
    first = Screening.objects.get(subject=trial.registered(full_name="Ann Again", days_ago=20))
    on = trial.today() - timedelta(days=15)
    services.fail_screening(by=trial.coordinator, screening=first, decided_on=on, fail_reason="other")
    services.rescreen(
        by=trial.investigator, subject=first.subject, screening_date=trial.today(), reason="Treated meanwhile"
    )
    return first.subject


class TestPatients:
    def test_all_of_a_page_are_opened_and_logged_at_once(self, trial: Any, grace: Subject, ed: Subject) -> None:
        before = AuditLog.objects.filter(action="identity.read").count()
        rows = Caller(trial.coordinator).rows("patients")
        assert {row["display_name"] for row in rows} == {"Grace Okafor", "Ed Stone"}
        read = AuditLog.objects.filter(action="identity.read").order_by("-id")
        assert read.count() == before + 1
        assert read[0].payload["subjects"] == sorted([str(grace.pk), str(ed.pk)])

    def test_the_fields_of_the_brief(self, trial: Any, grace: Subject) -> None:
        account = participant_of(grace)
        found = Caller(trial.coordinator).get(f"patients/{grace.pk}").json()
        wanted = {
            "id": str(grace.pk),
            "user_id": str(account.pk),
            "medical_record_number": "MRN-77",
            "display_name": "Grace Okafor",
            "full_name": "Grace Okafor",
            "date_of_birth": "1955-04-02",
            "dob": "1955-04-02",
            "primary_clinic": "Riverside",
            "is_active": True,
        }
        assert {name: found[name] for name in wanted} == wanted

    def test_who_may_know_whom(self, trial: Any, grace: Subject, ed: Subject, elsewhere: Subject) -> None:
        own = Caller(participant_of(grace))
        assert [row["full_name"] for row in own.rows("patients")] == ["Grace Okafor"]
        assert own.get(f"patients/{ed.pk}").status_code == 404
        assert Caller(trial.coordinator).get(f"patients/{elsewhere.pk}").status_code == 404
        for part in ("monitor", "safety", "manager", "inspector", "stranger"):
            assert Caller(getattr(trial, part)).get("patients").status_code == 403, part

    def test_who_was_erased_has_no_name(self, trial: Any, grace: Subject) -> None:
        SubjectKey.objects.filter(subject=grace).delete()
        found = Caller(trial.coordinator).get(f"patients/{grace.pk}").json()
        assert (found["full_name"], found["date_of_birth"]) == (None, None)


def test_consents(trial: Any, grace: Subject, elsewhere: Subject) -> None:
    consent = Consent.objects.get(subject=grace)
    found = Caller(trial.coordinator).get(f"consents/{consent.pk}", include="version,discussed_by").json()
    assert (found["status"], found["version"]["label"]) == ("active", "1.0")
    assert found["discussed_by"]["name"] == "Nora Lindqvist"
    own = Caller(participant_of(grace)).rows("consents")
    assert [(row["id"], row["discussed_by_id"]) for row in own] == [(str(consent.pk), None)]
    assert Caller(trial.pharmacist).get("consents").status_code == 403
    assert date.fromisoformat(found["signed_on"]) == consent.signed_on

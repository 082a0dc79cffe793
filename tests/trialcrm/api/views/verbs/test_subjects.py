"""Acts on participants over REST: registering, changing, consent, and every move through the study."""

from datetime import timedelta
from typing import Any

import pytest

from subjects.models import Consent, Subject, SubjectIdentity
from tests.support.api import Caller, faults
from tests.support.cast import Trial
from tests.support.days import in_days
from trialcrm.audit.models import AuditLog

WHY = "The source says otherwise"


def consented(trial: Trial) -> dict[str, Any]:
    signed_at = in_days(-1)
    return {
        "version": str(trial.consent_version.pk),
        "discussed_at": (signed_at - timedelta(hours=1)).isoformat(),
        "signed_at": signed_at.isoformat(),
        "capacity": "self",
        "mode": "in_person",
        "method": "wet_ink",
        "copy_given": True,
    }


def person(trial: Trial) -> dict[str, Any]:
    named = {"full_name": "Rosa Diaz", "date_of_birth": "1950-03-09", "medical_record_number": "MRN-5"}
    return {**consented(trial), **named, "sex_at_birth": "F", "source": "Clinic"}


def last_act(record: Any) -> AuditLog:
    return AuditLog.objects.filter(entity_id=str(record), outcome="done").order_by("-id")[0]


class TestRegistering:
    def test_a_person_and_their_consent(self, trial: Any, nora: Caller) -> None:
        body = {**person(trial), "site_id": str(trial.site.pk), "coordinator": str(trial.investigator.pk)}
        answer = nora.post("subjects", body, Idempotency_Key="rosa")
        assert answer.status_code == 201, answer.content
        made = answer.json()
        assert (made["state"], made["screening_status"]) == ("screening", "pending")
        assert made["coordinator_id"] == str(trial.investigator.pk)
        assert b"Rosa" not in answer.content
        assert nora.get(f"patients/{made['id']}").json()["medical_record_number"] == "MRN-5"
        assert Consent.objects.get(subject=made["id"]).copy_given
        assert nora.post("subjects", body, Idempotency_Key="rosa").json()["id"] == made["id"]

    def test_from_the_list_before_consent(self, trial: Any, nora: Caller) -> None:
        body = {"site_id": str(trial.site.pk), "source": "Registry", "coordinator": str(trial.coordinator.pk)}
        listed = nora.post("subjects/prescreen", body)
        assert listed.status_code == 201, listed.content
        assert listed.json()["state"] == "prescreen"
        entered = nora.post(f"subjects/{listed.json()['id']}/enter-screening", person(trial))
        assert entered.status_code == 200, entered.content
        assert entered.json()["state"] == "screening"
        assert last_act(listed.json()["id"]).action == "subject.entered-screening"

    def test_what_is_wrong_is_told_at_its_field(self, trial: Any, nora: Caller) -> None:
        body = {**person(trial), "site_id": str(trial.site.pk), "coordinator": str(trial.outsider.pk)}
        assert set(faults(nora.post("subjects", body))) == {"coordinator"}
        later = {**body, "coordinator": str(trial.coordinator.pk), "signed_at": in_days(1).isoformat()}
        assert faults(nora.post("subjects", later)) == {"signed_at": "This time lies in the future."}
        elsewhere = {**body, "site_id": str(trial.other_site.pk)}
        assert set(faults(nora.post("subjects", elsewhere))) == {"site_id"}
        assert not Subject.objects.exists()

    def test_by_those_who_may(self, trial: Any) -> None:
        body = {**person(trial), "site_id": str(trial.site.pk), "coordinator": str(trial.coordinator.pk)}
        for part in ("pharmacist", "monitor", "manager"):
            assert Caller(getattr(trial, part)).post("subjects", body).status_code == 403, part


class TestChanging:
    def test_coded_facts_with_a_reason(self, trial: Any, nora: Caller) -> None:
        subject = trial.registered()
        address = f"subjects/{subject.pk}"
        version = nora.get(address)["ETag"]
        silent = nora.patch(address, {"race": "WHITE"}, If_Match=version)
        assert faults(silent) == {"reason": "Say why this changes."}
        answer = nora.patch(address, {"race": "WHITE", "reason": WHY}, If_Match=version)
        assert answer.status_code == 200, answer.content
        found = answer.json()
        assert (found["race"], found["sex_at_birth"], found["coordinator_id"]) == (
            "WHITE", "F", str(trial.coordinator.pk),
        )  # fmt: skip
        assert last_act(subject.pk).reason == WHY
        assert nora.patch(address, {"race": "ASIAN", "reason": WHY}, If_Match=version).status_code == 412
        assert nora.patch(address, {"race": "ASIAN", "reason": WHY}).status_code == 428

    def test_the_coordinator(self, trial: Any, nora: Caller) -> None:
        subject = trial.registered()
        body = {"coordinator": str(trial.subinvestigator.pk), "reason": "Nora is on leave"}
        answer = nora.patch(f"subjects/{subject.pk}", body, If_Match="*")
        assert answer.json()["coordinator_id"] == str(trial.subinvestigator.pk)

    def test_an_identity_of_which_the_rest_stays(self, trial: Any, nora: Caller) -> None:
        subject = trial.registered(medical_record_number="MRN-7", phone="+1 555 010 0123")
        address = f"patients/{subject.pk}"
        version = nora.get(address)["ETag"]
        answer = nora.patch(address, {"full_name": "Grace Okafor-Bell", "reason": WHY}, If_Match=version)
        assert answer.status_code == 200, answer.content
        found = answer.json()
        assert (found["full_name"], found["medical_record_number"], found["phone"]) == (
            "Grace Okafor-Bell", "MRN-7", "+1 555 010 0123",
        )  # fmt: skip
        assert answer["ETag"] != version
        assert nora.patch(address, {"phone": None, "reason": WHY}, If_Match=version).status_code == 412
        cleared = nora.patch(address, {"phone": None, "reason": WHY}, If_Match=answer["ETag"])
        assert cleared.json()["phone"] is None
        assert last_act(SubjectIdentity.objects.get(subject=subject).pk).action == "identity.changed"

    def test_an_identity_by_those_only_who_keep_it(self, trial: Any) -> None:
        subject = trial.registered()
        for part, status in (("investigator", 403), ("monitor", 403), ("outsider", 404)):
            body = {"full_name": "Somebody Else", "reason": WHY}
            answer = Caller(getattr(trial, part)).patch(f"patients/{subject.pk}", body, If_Match="*")
            assert answer.status_code == status, part


class TestConsent:
    def test_another_one_and_its_withdrawal(self, trial: Any, nora: Caller) -> None:
        subject = trial.registered()
        made = nora.post("consents", {**consented(trial), "subject_id": str(subject.pk)})
        assert made.status_code == 201, made.content
        rows = nora.rows("consents", subject=str(subject.pk))
        assert [row["status"] for row in rows] == ["active", "superseded"]
        body = {"withdrawn_on": trial.today().isoformat()}
        answer = nora.post(f"consents/{made.json()['id']}/withdraw", body)
        assert (answer.status_code, answer.json()["status"]) == (200, "withdrawn")
        again = nora.post(f"consents/{made.json()['id']}/withdraw", body)
        assert again.status_code == 403
        assert Caller(trial.monitor).post(f"consents/{made.json()['id']}/withdraw", body).status_code == 403

    def test_one_that_was_typed_wrongly(self, trial: Any, nora: Caller) -> None:
        subject = trial.registered(days_ago=7)
        wrong = subject.consents.get()
        address, signed_at = f"consents/{wrong.pk}/correct", in_days(-3)
        assert set(faults(nora.post(address, {"signed_at": signed_at.isoformat()}))) == {"reason"}
        answer = nora.post(address, {"signed_at": signed_at.isoformat(), "reason": WHY})
        assert answer.status_code == 200, answer.content
        right = answer.json()
        assert (right["status"], right["version_id"]) == ("active", str(trial.consent_version.pk))
        assert right["id"] != str(wrong.pk)
        assert nora.get(f"consents/{wrong.pk}").json()["status"] == "invalid"
        found = nora.get(f"subjects/{subject.pk}").json()
        assert (found["consent_signed_at"], found["consented_on"]) == (right["signed_at"], right["signed_on"])
        assert last_act(right["id"]).reason == WHY
        assert nora.post(address, {"signed_at": signed_at.isoformat(), "reason": WHY}).status_code == 403
        assert Caller(trial.monitor).post(f"consents/{right['id']}/correct", {"reason": WHY}).status_code == 403


class TestMoves:
    def test_from_eligible_to_completed(self, trial: Any, nora: Caller, hana: Caller) -> None:
        subject, today = trial.eligible(), trial.today().isoformat()
        for caller, name, body, state in (
            (nora, "randomise", {"randomisation_number": "R-1", "randomised_at": in_days(0).isoformat()}, "randomised"),
            (nora, "start-treatment", {"first_dose_on": today}, "on_treatment"),
            (nora, "follow-up", {"last_dose_on": today}, "follow_up"),
            (hana, "complete", {"ended_on": today}, "completed"),
            (hana, "died", {"died_on": today[:4]}, "died"),
        ):
            answer = caller.post(f"subjects/{subject.pk}/{name}", body)
            assert answer.status_code == 200, (name, answer.content)
            assert answer.json()["state"] == state
        assert answer.json()["died_on"] == today[:4]

    @pytest.mark.parametrize(
        ("name", "body", "state"),
        [
            ("stop-treatment", {"last_dose_on": "", "end_reason": "ADVERSE EVENT"}, "treatment_discontinued"),
            ("withdraw", {"ended_on": "", "end_reason": "no-reason", "extent": "data"}, "withdrawn"),
            ("lost", {"ended_on": "", "reason": "Called twice, wrote a letter"}, "lost_to_follow_up"),
        ],
    )
    def test_ways_out(self, trial: Any, hana: Caller, name: str, body: dict[str, Any], state: str) -> None:
        subject, today = trial.on_treatment(), trial.today().isoformat()
        sent = {key: value or today for key, value in body.items()}
        assert Caller(trial.coordinator).post(f"subjects/{subject.pk}/{name}", sent).status_code == 403
        answer = hana.post(f"subjects/{subject.pk}/{name}", sent)
        assert answer.status_code == 200, answer.content
        assert answer.json()["state"] == state

    def test_what_does_not_follow_is_refused_in_the_words_of_the_rule(self, trial: Any, nora: Caller) -> None:
        subject = trial.registered()
        answer = nora.post(f"subjects/{subject.pk}/start-treatment", {"first_dose_on": trial.today().isoformat()})
        assert answer.status_code == 403
        assert answer.json()["detail"]
        blinded = Caller(trial.coordinator).post(
            f"subjects/{trial.eligible(full_name='Ed Stone').pk}/enrol", {"enrolled_on": trial.today().isoformat()}
        )
        assert blinded.json()["detail"] == "Participants of a blinded study are randomised."

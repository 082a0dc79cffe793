"""Acts on adverse events over REST: recorded, judged, signed, reported to the sponsor, closed."""

from datetime import timedelta
from typing import Any

import pytest

from safety.domain.assessments import SeverityScale
from safety.models import AdverseEvent
from safety.selectors import Product
from tests.support import safety
from tests.support.api import Caller, done, faults, written
from tests.support.cast import PASSWORD
from tests.support.messaging import participant_of
from trialcrm.api.views.verbs.acting import Call
from trialcrm.api.views.verbs.acting import acts as offered
from trialcrm.core import clock

WHY = "Read again in the source"
PRODUCTS = [Product("Study drug"), Product("Rescue drug")]


@pytest.fixture
def subject(trial: Any) -> Any:
    return trial.on_treatment(first_dose_days_ago=11)


def headache(trial: Any, subject: Any, **changed: Any) -> dict[str, Any]:
    return {
        "subject_id": str(subject.pk),
        "event_term": "Headache",
        "onset_date": (trial.today() - timedelta(days=1)).isoformat(),
        "aware_at": (clock.now() - timedelta(hours=1)).isoformat(),
        "learned_from": "call",
        "severity": "MILD",
        "outcome": "NOT RECOVERED/NOT RESOLVED",
        **changed,
    }


def of_the_page(trial: Any, event: Any) -> dict[str, Any]:
    """What the form of a judgement is made with."""
    return {
        "event": event,
        "scale": SeverityScale.SEVERITY,
        "zone": event.site.time_zone,
        "latest": None,
        "today": trial.today(),
    }


def sign(caller: Caller, address: str, person: Any, **more: Any) -> Any:
    asked = done(caller.get(address))
    body = {"password": PASSWORD, "shown": asked["shown"], **more}
    return caller.post(address, {**body, "email": person.email} if asked["asks_for_email"] else body)


class TestEntering:
    def test_a_mild_one(self, trial: Any, subject: Any, nora: Caller) -> None:
        event = done(nora.post("adverse-events", headache(trial, subject, has_treatment=False)), 201)
        assert (event["code"], event["serious"], event["status"]) == ("E01", False, "open")
        assert (event["reported_by_id"], event["report_due_at"]) == (str(trial.coordinator.pk), None)
        assert nora.rows("assessments", event=event["id"])[0]["has_treatment"] is False
        assert written("event.recorded", event["id"], trial.coordinator)

    def test_a_serious_one_starts_the_clock(self, trial: Any, subject: Any, nora: Caller) -> None:
        body = headache(trial, subject, criteria=["hospitalisation"], admitted=trial.today().isoformat())
        event = done(nora.post("adverse-events", body), 201)
        assert (event["serious"], event["criteria"], event["is_report_overdue"]) == (True, ["hospitalisation"], False)
        assert event["report_due_at"] > event["serious_since"]

    def test_what_is_not_accepted(self, trial: Any, subject: Any, nora: Caller) -> None:
        future = (trial.today() + timedelta(days=2)).isoformat()
        for changed, field in (
            ({"onset_date": "yesterday"}, "onset_date"),
            ({"onset_date": future}, "onset_date"),
            ({"severity": "BAD"}, "severity"),
            ({"severity": "3"}, "severity"),
            ({"criteria": ["bad_luck"]}, "criteria.0"),
            ({"serious": True}, "serious"),
            ({"subject_id": str(trial.study.pk)}, "subject_id"),
        ):
            answer = nora.post("adverse-events", headache(trial, subject, **changed))
            assert (answer.status_code, set(faults(answer))) == (422, {field}), changed
        assert not AdverseEvent.objects.exists()

    def test_who_may_not(self, trial: Any, subject: Any) -> None:
        for part in ("monitor", "safety", "manager", "inspector", "pharmacist", "stranger"):
            answer = Caller(getattr(trial, part)).post("adverse-events", headache(trial, subject))
            assert answer.status_code == 403, part
        outside = Caller(trial.outsider).post("adverse-events", headache(trial, subject))
        assert set(faults(outside)) == {"subject_id"}

    def test_a_pharmacist_reports_and_an_investigator_dismisses(
        self, trial: Any, subject: Any, nora: Caller, hana: Caller
    ) -> None:
        told = {
            "subject_id": str(subject.pk),
            "event_term": "Rash",
            "onset_date": trial.today().isoformat()[:7],
            "aware_at": clock.now().isoformat(),
        }
        pat = Caller(trial.pharmacist)
        assert pat.post("adverse-events/report", told).status_code == 204
        event = AdverseEvent.objects.get()
        assert (event.status, event.onset) == ("draft", told["onset_date"])
        assert nora.post(f"adverse-events/{event.pk}/dismiss", {"reason": WHY}).status_code == 403
        gone = done(hana.post(f"adverse-events/{event.pk}/dismiss", {"reason": WHY}))
        assert (gone["status"], gone["status_reason"]) == ("not_an_ae", WHY)

    def test_a_participant_reports_and_the_site_takes_it_up(self, trial: Any, subject: Any, nora: Caller) -> None:
        own = Caller(participant_of(subject))
        told = {"subject_id": str(subject.pk), "event_term": "Dizzy", "onset_date": trial.today().isoformat()}
        event = done(own.post("adverse-events/report-symptom", told), 201)
        assert (event["event_term"], event["progress"], event["status"]) == ("Dizzy", "received", None)
        at = f"adverse-events/{event['id']}/confirm"
        assert own.post(at, {"severity": "MILD", "outcome": "UNKNOWN"}).status_code == 403
        taken = done(nora.post(at, {"severity": "MILD", "outcome": "UNKNOWN", "event_term": "Dizziness"}))
        assert (taken["status"], taken["learned_from"], taken["event_term"]) == ("open", "participant", "Dizziness")
        assert own.get(f"adverse-events/{event['id']}").json()["progress"] == "noted"
        other = trial.on_treatment(full_name="Ed Stone")
        assert set(faults(own.post("adverse-events/report-symptom", {**told, "subject_id": str(other.pk)}))) == {
            "subject_id"
        }

    def test_corrected_with_a_reason(self, trial: Any, subject: Any, nora: Caller) -> None:
        event = safety.recorded(trial.coordinator, subject)
        at = f"adverse-events/{event.pk}"
        version = nora.get(at)["ETag"]
        assert set(faults(nora.patch(at, {"event_term": "Migraine"}, If_Match=version))) == {"reason"}
        changed = done(nora.patch(at, {"event_term": "Migraine", "reason": WHY}, If_Match=version))
        assert (changed["event_term"], changed["onset_date"]) == ("Migraine", event.onset)
        assert nora.patch(at, {"event_term": "Pain", "reason": WHY}, If_Match=version).status_code == 412


class TestJudging:
    def test_reviewed_returned_assessed_and_resolved(
        self, trial: Any, subject: Any, nora: Caller, hana: Caller
    ) -> None:
        event = safety.recorded(trial.coordinator, subject)
        at = f"adverse-events/{event.pk}"
        assert done(nora.post(f"{at}/ask-review"))["status"] == "under_review"
        assert done(hana.post(f"{at}/return", {"reason": WHY}))["status"] == "open"
        seen = done(nora.post(f"{at}/assess", {"outcome": "RECOVERING/RESOLVING", "remark": "Better"}))
        assert (seen["outcome"], seen["severity"]) == ("RECOVERING/RESOLVING", "MILD")
        corrected = done(nora.post(f"{at}/correct", {"outcome": "UNKNOWN", "reason": WHY}))
        assert corrected["outcome"] == "UNKNOWN"
        unknown_end = nora.post(f"{at}/resolve", {"outcome": "RECOVERED/RESOLVED"})
        assert unknown_end.status_code in (409, 422)
        body = {"outcome": "RECOVERED/RESOLVED", "end_date": trial.today().isoformat()}
        over = done(nora.post(f"{at}/resolve", body))
        assert (over["status"], over["end_date"]) == ("resolved", body["end_date"])
        assert done(nora.post(f"{at}/reopen", {"reason": WHY}))["status"] == "follow_up"

    def test_judged_by_product_and_signed(self, trial: Any, subject: Any, nora: Caller, hana: Caller) -> None:
        event = safety.recorded(trial.coordinator, subject)
        at = f"adverse-events/{event.pk}"
        nora.post(f"{at}/ask-review")
        assert hana.get(f"{at}/sign").json()["detail"] == "Assess causality first."
        body = {"action_taken": "DOSE NOT CHANGED", "causalities": [{"product": "Study drug", "causality": "RELATED"}]}
        assert nora.post(f"{at}/assess-medically", body).status_code == 403
        assert set(faults(hana.post(f"{at}/assess-medically", {"action_taken": "DOSE NOT CHANGED"}))) == {"causalities"}
        foreign = {**body, "causalities": [{"product": "Coffee", "causality": "RELATED"}]}
        assert "Study drug" in faults(hana.post(f"{at}/assess-medically", foreign))["causalities.0.product"]
        assert done(hana.post(f"{at}/assess-medically", body))["causality"] == "RELATED"
        last = hana.rows("assessments", event=str(event.pk), is_medical="true")[0]
        assert last["causalities"] == [{"product": "Study drug", "order_id": None, "causality": "RELATED"}]
        wrong = {"email": trial.investigator.email, "password": "no such word", "shown": "0" * 64}
        assert set(faults(hana.post(f"{at}/sign", wrong))) == {"password"}
        odd = sign(hana, f"{at}/sign", trial.investigator, acts_on_order=True)
        assert set(faults(odd)) == {"acts_on_order"}
        due = (trial.today() + timedelta(days=7)).isoformat()
        signed = done(sign(hana, f"{at}/sign", trial.investigator, follow_up_due_on=due))
        assert (signed["status"], signed["follow_up_due_on"]) == ("follow_up", due)
        assert written("event.signed", event.pk, trial.investigator)

    def test_what_is_wrong_with_a_product_is_told_where_it_was_sent(
        self, trial: Any, subject: Any, hana: Caller
    ) -> None:
        event = safety.recorded(trial.coordinator, subject)
        at = f"adverse-events/{event.pk}/assess-medically"
        act = next(one for one in offered() if one.operation == "adverse_events_assess_medically")
        form = act.form(products=PRODUCTS, **of_the_page(trial, event))
        both = [{"product": product.name, "causality": "RELATED"} for product in reversed(PRODUCTS)]
        nobody: Any = None
        call, short = (Call(nobody, event, {"causalities": sent}) for sent in (both, both[1:]))
        for sent, name, told in (
            (call, "causality", "causalities.1.causality"),
            (call, "causality_1", "causalities.0.causality"),
            (short, "causality_1", "causalities"),
            (call, "end", "end_date"),
        ):
            assert act.told_at(name, sent, form) == told
        unknown = hana.post(at, {"action_taken": "DOSE NOT CHANGED"})
        assert set(faults(unknown)) == {"causalities"}

    def test_an_entry_in_error(self, trial: Any, subject: Any, nora: Caller) -> None:
        kept, twice = (safety.recorded(trial.coordinator, subject) for _number in range(2))
        body = {"kept_event_id": str(kept.pk), "reason": "Entered twice"}
        void = done(nora.post(f"adverse-events/{twice.pk}/void", body))
        assert (void["status"], void["kept_event_id"]) == ("void", str(kept.pk))


class TestTellingTheSponsor:
    def test_sent_received_acknowledged_judged_and_closed(
        self, trial: Any, subject: Any, nora: Caller, hana: Caller, sam: Caller
    ) -> None:
        event = safety.followed(trial.investigator, safety.serious(trial.coordinator, subject))
        at, key = f"adverse-events/{event.pk}", {"event_id": str(event.pk)}
        judgement = {**key, "causality": "NOT RELATED", "is_expected": False}
        assert "Nothing was reported" in sam.post("sponsor-assessments", judgement).json()["detail"]
        first = done(nora.post("safety-reports", key), 201)
        assert (first["kind"], first["is_on_time"]) == ("initial", True)
        assert {"event_term"} <= {line["name"] for line in first["lines"]}
        assert nora.post(f"safety-reports/{first['id']}/receive").status_code == 403
        assert done(sam.post(f"safety-reports/{first['id']}/receive"))["received_by_id"] == str(trial.safety.pk)
        assert sam.post(f"safety-reports/{first['id']}/receive").json()["detail"] == "It was received before."
        mine = done(sam.post("sponsor-assessments", judgement), 201)
        assert (mine["is_expected"], mine["assessor_id"]) == (False, str(trial.safety.pk))
        over = {"outcome": "RECOVERED/RESOLVED", "end_date": trial.today().isoformat()}
        done(nora.post(f"{at}/resolve", over))
        final = done(nora.post("safety-reports", {**key, "is_final": True, "new_information": "It is over."}), 201)
        assert final["kind"] == "final"
        early = hana.get(f"{at}/close")
        assert "not acknowledged a final report" in early.json()["detail"]
        assert done(sam.post(f"safety-reports/{final['id']}/acknowledge"))["acknowledged_at"]
        closed = sign(hana, f"{at}/close", trial.investigator)
        assert done(closed)["status"] == "closed"
        assert nora.get(f"{at}/close").status_code == 403
        assert written("event.closed", event.pk, trial.investigator)

    def test_only_what_is_serious(self, trial: Any, subject: Any, nora: Caller) -> None:
        event = safety.recorded(trial.coordinator, subject)
        answer = nora.post("safety-reports", {"event_id": str(event.pk)})
        assert (answer.status_code, "serious" in answer.json()["detail"]) == (403, True)

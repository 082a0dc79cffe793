"""Acts on orders, kits for participants and doses over REST, from a draft to a verified return."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from medications.models import AdherenceLog, Distribution, MedicationOrder
from tests.support.api import Caller, done, faults, written
from tests.support.cast import PASSWORD
from tests.support.medications import Pharmacy, pharmacy
from tests.support.messaging import participant_of
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock

WHY = "As the protocol asks for it"


@pytest.fixture
def shop(trial: Any) -> Pharmacy:
    found = pharmacy(trial)
    found.kits("K-1", "K-2")
    return found


@pytest.fixture
def subject(trial: Any) -> Any:
    return trial.on_treatment(full_name="Dina Marsh")


def prescription(shop: Pharmacy, subject: Any, **changed: Any) -> dict[str, Any]:
    today = shop.trial.today()
    return {
        "subject_id": str(subject.pk),
        "product_id": str(shop.product.pk),
        "dose_amount": "54",
        "dose_unit": "mg",
        "units_per_dose": "1",
        "dose_form": "PATCH",
        "route": "TRANSDERMAL",
        "frequency": "QD",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=180)).isoformat(),
        "instructions": "One patch on the back each morning.",
        **changed,
    }


def signed(caller: Caller, address: str, person: Any) -> Any:
    shown = done(caller.get(address))["shown"]
    return caller.post(address, {"email": person.email, "password": PASSWORD, "shown": shown})


class TestOrders:
    def test_drafted_changed_and_signed(
        self, trial: Any, shop: Pharmacy, subject: Any, nora: Caller, hana: Caller
    ) -> None:
        made = nora.post("orders", prescription(shop, subject, instructions=""))
        order = done(made, 201)
        assert (order["drug"], order["status"], order["patient_id"]) == (shop.product.name, "draft", str(subject.pk))
        at = f"orders/{order['id']}"
        unfinished = hana.post(f"{at}/sign", {"email": "", "password": PASSWORD, "shown": "0" * 64})
        assert (unfinished.status_code, "instructions" in unfinished.json()["detail"]) == (403, True)
        assert nora.patch(at, {"instructions": "One a day."}).status_code == 428
        version = made["ETag"]
        changed = done(nora.patch(at, {"instructions": "One a day."}, If_Match=version))
        assert (changed["instructions"], changed["dose_amount"]) == ("One a day.", "54.000")
        assert nora.patch(at, {"instructions": "Two."}, If_Match=version).status_code == 412
        assert nora.get(f"{at}/sign").status_code == 403
        assert done(signed(hana, f"{at}/sign", trial.investigator))["status"] == "active"
        assert written("order.signed", order["id"], trial.investigator)

    def test_what_the_form_or_the_rule_does_not_accept(
        self, trial: Any, shop: Pharmacy, subject: Any, nora: Caller
    ) -> None:
        backwards = prescription(shop, subject, ends_on="2020-01-01")
        assert "before it begins" in faults(nora.post("orders", backwards))["ends_on"]
        assert set(faults(nora.post("orders", prescription(shop, subject, product_id=str(subject.pk))))) == {
            "product_id"
        }
        elsewhere = Caller(trial.outsider).post("orders", prescription(shop, subject))
        assert set(faults(elsewhere)) == {"subject_id"}
        assert Caller(trial.monitor).post("orders", prescription(shop, subject)).status_code == 403
        assert Caller(participant_of(subject)).post("orders", prescription(shop, subject)).status_code == 403
        assert not MedicationOrder.objects.exists()

    def test_held_resumed_and_ended(self, trial: Any, shop: Pharmacy, subject: Any, hana: Caller) -> None:
        order, today = shop.order(subject), trial.today().isoformat()
        at = f"orders/{order.pk}"
        held = done(hana.post(f"{at}/hold", {"held_on": today, "hold_reason": "procedure", "reason": "A tooth"}))
        assert (held["status"], held["holds"][0]["hold_reason"]) == ("on_hold", "procedure")
        assert done(hana.post(f"{at}/resume", {"resumed_on": today, "reason": WHY}))["status"] == "active"
        ended = done(hana.post(f"{at}/discontinue", {"ended_on": today, "reason": WHY}))
        assert (ended["status"], ended["end_reason"]) == ("discontinued", WHY)
        refused = hana.post(f"{at}/complete", {"ended_on": today})
        assert (refused.status_code, bool(refused.json()["detail"])) == (403, True)

    def test_revised_completed_and_given_up(
        self, trial: Any, shop: Pharmacy, subject: Any, nora: Caller, hana: Caller
    ) -> None:
        order = shop.order(subject)
        body = {"dose_amount": "81", "reason": "The dose is raised"}
        version = done(nora.post(f"orders/{order.pk}/revise", body))
        assert (version["version"], version["supersedes_id"]) == (2, str(order.pk))
        assert (version["dose_amount"], version["frequency"]) == ("81.000", "QD")
        assert done(nora.post(f"orders/{version['id']}/cancel", {"reason": WHY}))["status"] == "cancelled"
        ended = hana.post(f"orders/{order.pk}/complete", {"ended_on": trial.today().isoformat()})
        assert done(ended)["status"] == "completed"

    def test_feedback(self, trial: Any, shop: Pharmacy, subject: Any, nora: Caller) -> None:
        order = shop.order(subject)
        body = {"order_id": str(order.pk), "about": "adherence", "text": "You do this well."}
        done(nora.post("feedback", body), 201)
        own = Caller(participant_of(subject))
        assert [row["text"] for row in own.rows("feedback")] == ["You do this well."]
        assert AuditLog.objects.filter(action="order.feedback-given", actor=trial.coordinator).count() == 1
        assert own.post("feedback", body).status_code == 403


class TestKits:
    def test_prepared_handed_out_acknowledged_counted_and_verified(
        self, trial: Any, shop: Pharmacy, subject: Any, pat: Caller, nora: Caller
    ) -> None:
        order, today = shop.order(subject), trial.today().isoformat()
        body = {"order_id": str(order.pk), "planned_on": today, "planned_days": 28}
        item = done(pat.post("distributions", body), 201)
        assert (item["status"], item["kit_number"], item["distribution_date"]) == ("prepared", "K-1", today)
        at = f"distributions/{item['id']}"
        own = Caller(participant_of(subject))
        assert own.get(at).status_code == 404
        hand = {
            "kit_number": "K-2",
            "dispensed_at": clock.now().isoformat(),
            "units_dispensed": 30,
            "instructions_given": True,
        }
        wrong = pat.post(f"{at}/dispense", hand)
        assert "not the kit" in faults(wrong)["kit_number"]
        assert done(pat.post(f"{at}/dispense", {**hand, "kit_number": "K-1"}))["status"] == "dispensed"
        assert faults(own.post(f"{at}/acknowledge", {"units_acknowledged": 29}))["units_acknowledged"]
        receipt = done(own.post(f"{at}/acknowledge", {"units_acknowledged": 30}))
        assert (receipt["status"], receipt["is_witnessed"], receipt["prepared_by_id"]) == ("acknowledged", False, None)
        count = {"returned_on": today, "units_returned": 29, "units_lost": 0, "return_condition": "intact"}
        assert done(nora.post(f"{at}/return", count))["status"] == "returned"
        assert faults(pat.post(f"{at}/reconcile"))["discrepancy_reason"]
        why = {"discrepancy_reason": "One fell into the sink."}
        assert done(pat.post(f"{at}/reconcile", why))["status"] == "reconciled"
        assert done(Caller(trial.monitor).post(f"{at}/verify"))["verified_by_id"] == str(trial.monitor.pk)
        assert written("distribution.verified", item["id"], trial.monitor)
        assert Caller(trial.outsider).post(f"{at}/return", count).status_code in (403, 404)

    def test_put_back_witnessed_and_lost(
        self, trial: Any, shop: Pharmacy, subject: Any, pat: Caller, nora: Caller
    ) -> None:
        order = shop.order(subject)
        prepared = shop.prepared(order)
        back = done(pat.post(f"distributions/{prepared.pk}/put-back", {"reason": WHY}))
        assert back["status"] == "cancelled"
        item = shop.dispensed(order)
        witnessed = done(nora.post(f"distributions/{item.pk}/acknowledge", {"units_acknowledged": 30}))
        assert witnessed["is_witnessed"] is True
        body = {"returned_on": trial.today().isoformat(), "units_lost": 12, "circumstances": "Left on a train."}
        assert done(nora.post(f"distributions/{item.pk}/lose", body))["status"] == "lost"
        assert Distribution.objects.get(pk=item.pk).units_lost == 12


class TestDoses:
    @pytest.fixture
    def due(self, trial: Any) -> datetime:
        """Tomorrow at eight in the morning of the site."""
        noon = clock.at_noon(trial.today() + timedelta(days=1), trial.site.time_zone)
        assert noon
        return noon - timedelta(hours=4)

    @pytest.fixture
    def order(self, shop: Pharmacy, subject: Any) -> MedicationOrder:
        order = shop.order(subject)
        shop.dispensed(order)
        return order

    def test_a_participant_logs_a_dose_and_corrects_it(
        self, trial: Any, order: MedicationOrder, subject: Any, due: datetime
    ) -> None:
        own = participant_of(subject)
        body = {"order_id": str(order.pk), "slot_at": due.astimezone(UTC).isoformat(), "adherence_status": "taken"}
        with clock.frozen(due + timedelta(hours=1)):
            caller = Caller(own)
            log = done(caller.post("adherence-logs", body), 201)
            medication = order.distributions.get()
            assert (log["medication_id"], log["is_proxy"]) == (str(medication.pk), False)
            assert datetime.fromisoformat(log["timestamp"]) == due
            missed = {**body, "adherence_status": "missed", "missed_reason": "forgot"}
            again = done(caller.post("adherence-logs", missed), 201)
            assert (again["supersedes_id"], again["units"]) == (log["id"], "0.00")
            wrong = {**body, "slot_at": (due + timedelta(minutes=1)).isoformat()}
            assert "No dose was due" in faults(caller.post("adherence-logs", wrong))["slot_at"]
            assert "which dose" in faults(caller.post("adherence-logs", {**body, "slot_at": None}))["slot_at"]
        assert written("dose.logged", log["id"], own)
        assert AdherenceLog.objects.count() == 2

    def test_the_site_enters_one_with_its_reason(
        self, trial: Any, order: MedicationOrder, subject: Any, due: datetime
    ) -> None:
        body = {"order_id": str(order.pk), "slot_at": due.astimezone(UTC).isoformat(), "adherence_status": "taken"}
        with clock.frozen(due + timedelta(hours=60)):
            nora = Caller(trial.coordinator)
            assert set(faults(nora.post("adherence-logs/proxy", body))) == {"proxy_reason"}
            entered = done(nora.post("adherence-logs/proxy", {**body, "proxy_reason": "Told us by phone"}), 201)
            assert (entered["is_proxy"], entered["is_late"]) == (True, True)
            foreign = {**body, "slot_at": (due + timedelta(minutes=5)).isoformat(), "proxy_reason": WHY}
            assert set(faults(nora.post("adherence-logs/proxy", foreign))) == {"slot_at"}
            assert nora.post("adherence-logs", body).status_code == 403
            own = Caller(participant_of(subject))
            assert own.post("adherence-logs/proxy", {**body, "proxy_reason": WHY}).status_code == 403
            assert own.get(f"adherence-logs/{entered['id']}").json()["proxy_reason"] is None

    def test_nobody_logs_for_another(self, trial: Any, order: MedicationOrder, due: datetime) -> None:
        other = Caller(participant_of(trial.on_treatment(full_name="Ed Stone"), "ed@home.test", "Ed Stone"))
        body = {"order_id": str(order.pk), "adherence_status": "extra"}
        assert set(faults(other.post("adherence-logs", body))) == {"order_id"}

"""Acts on the stock over REST: what the sponsor supplies, and what a pharmacist does with it."""

from datetime import timedelta
from typing import Any

import pytest

from medications.models import Kit
from tests.support.api import Caller, done, faults
from tests.support.medications import Pharmacy, pharmacy
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock

WHY = "Found outside of the cupboard"


@pytest.fixture
def shop(trial: Any) -> Pharmacy:
    return pharmacy(trial)


def test_supplied_from_the_product_to_the_shelf(trial: Any, mia: Caller, pat: Caller) -> None:
    label = {"name": "Study patch", "dose_form": "PATCH", "route": "TRANSDERMAL", "unit": "patch"}
    product = done(mia.post("products", {"study_id": str(trial.study.pk), **label}), 201)
    expires_on = (trial.today() + timedelta(days=300)).isoformat()
    batch = {"product_id": product["id"], "number": "L-9", "expires_on": expires_on}
    lot = done(mia.post("lots", batch), 201)
    assert "lot of this number" in faults(mia.post("lots", batch))["number"]
    today = clock.now().date().isoformat()
    released = done(mia.post(f"lots/{lot['id']}/release", {"released_on": today, "release_reference": "COA-7"}))
    assert released["release_reference"] == "COA-7"
    box = {
        "lot_id": lot["id"],
        "site_id": str(trial.site.pk),
        "number": "SH-1",
        "sent_on": today,
        "units": 30,
        "kits": ["A-1", "A-2", "A-3"],
    }
    shipment = done(mia.post("shipments", box), 201)
    assert (shipment["kits_sent"], shipment["status"]) == (3, "sent")
    assert "taken" in faults(mia.post("shipments", {**box, "number": "SH-2"}))["kits"]
    arrival = {
        "received_at": clock.now().isoformat(),
        "kits_received": 3,
        "missing": ["A-3"],
        "condition": "intact",
        "temperature_ok": True,
    }
    at = f"shipments/{shipment['id']}/receive"
    assert "Count again" in faults(pat.post(at, arrival))["kits_received"]
    assert done(pat.post(at, {**arrival, "kits_received": 2}))["status"] == "arrived"
    assert {row["number"]: row["state"] for row in pat.rows("kits")} == {
        "A-1": "available", "A-2": "available", "A-3": "missing",
    }  # fmt: skip
    assert AuditLog.objects.filter(action="shipment.received", actor=trial.pharmacist, outcome="done").count() == 1


def test_an_excursion_quarantines(trial: Any, shop: Pharmacy, pat: Caller) -> None:
    shipment = shop.sent("B-1")
    arrival = {
        "received_at": clock.now().isoformat(),
        "kits_received": 1,
        "condition": "intact",
        "temperature_ok": False,
    }
    assert done(pat.post(f"shipments/{shipment.pk}/receive", arrival))["temperature_ok"] is False
    assert pat.rows("kits", state="quarantined")[0]["number"] == "B-1"


def test_what_a_pharmacist_does_with_a_kit(trial: Any, shop: Pharmacy, pat: Caller) -> None:
    first, second = shop.kits("C-1", "C-2")
    at = f"kits/{first.pk}"
    assert set(faults(pat.post(f"{at}/quarantine", {"reason": "?"}))) == {"reason"}
    assert done(pat.post(f"{at}/quarantine", {"reason": WHY}))["state"] == "quarantined"
    assert done(pat.post(f"{at}/release", {"document": "Letter 4"}))["state"] == "available"
    early = pat.post(f"{at}/expire")
    assert (early.status_code, early.json()["detail"]) == (409, "It has not expired yet.")
    assert done(pat.post(f"{at}/damage", {"reason": WHY}))["state"] == "damaged"
    gone = {"to": "destroyed", "document": "Letter 5", "witness": "N. Lindqvist"}
    assert done(pat.post(f"{at}/dispose", gone))["state"] == "destroyed"
    assert pat.post(f"{at}/release", {"document": "Letter 6"}).status_code == 403
    for part, status in (("coordinator", 403), ("monitor", 403), ("outsider", 403), ("stranger", 403)):
        answer = Caller(getattr(trial, part)).post(f"kits/{second.pk}/quarantine", {"reason": WHY})
        assert answer.status_code == status, part
    assert Kit.objects.get(pk=second.pk).state == "available"


def test_only_the_sponsor_supplies(trial: Any, shop: Pharmacy, pat: Caller) -> None:
    batch = {"product_id": str(shop.product.pk), "number": "L-9", "expires_on": "2030-01-01"}
    assert pat.post("lots", batch).status_code == 403
    foreign = Caller(trial.manager).post("lots", {**batch, "product_id": str(shop.lot.pk)})
    assert set(faults(foreign)) == {"product_id"}

"""Orders, kits for participants, doses and the stock over the API: who reads what, at what cost, how it is found."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from medications import services
from medications.models import AdherenceLog
from tests.support.api import Caller
from tests.support.medications import Pharmacy, pharmacy
from tests.support.messaging import participant_of
from trialcrm.api.selectors.publishing import published
from trialcrm.api.views.rest.shapes import includes_of
from trialcrm.core import clock

OF_PARTICIPANTS = ("orders", "distributions", "adherence-logs", "protocol-adherence", "feedback")
STOCK = ("products", "lots", "shipments", "kits")
BRIEF = {
    "orders": {"patient_id", "drug", "dosage", "frequency", "instructions"},
    "distributions": {"patient_id", "medication_name", "dose", "distribution_date", "status"},
    "adherence-logs": {"patient_id", "medication_id", "adherence_status", "timestamp"},
    "protocol-adherence": {"patient_id", "protocol_id", "adherence_status"},
}


def treated(shop: Pharmacy, number: int, **facts: Any) -> Any:
    """Somebody with an order, a kit, an entry and a word from the site."""
    subject = shop.trial.on_treatment(full_name=f"Dina Marsh {number}", **facts)
    site = subject.site if subject.site_id != shop.trial.site.pk else None
    shop.kits(f"K-{number}", site=site)
    order = shop.order(subject)
    shop.dispensed(order, f"K-{number}")
    by = shop.trial.coordinator if site is None else shop.trial.outsider
    services.log_dose(by=by, order=order, adherence_status="extra", proxy_reason="Told us by phone")
    services.give_feedback(by=by, order=order, about="order", text="Take it in the morning.")
    return SimpleNamespace(subject=subject, order=order, kit=order.distributions.get())


@pytest.fixture
def shop(trial: Any) -> Pharmacy:
    return pharmacy(trial)


@pytest.fixture
def here(shop: Pharmacy) -> Any:
    return treated(shop, 1)


@pytest.fixture
def there(shop: Pharmacy, trial: Any) -> Any:
    return treated(shop, 2, site=trial.other_site)


def of_whom(rows: list[dict[str, Any]]) -> set[str]:
    return {row["subject_id"] for row in rows}


def test_who_reads_which_rows(trial: Any, here: Any, there: Any) -> None:
    own = participant_of(here.subject)
    mine, theirs = {str(here.subject.pk)}, {str(there.subject.pk)}
    for name in OF_PARTICIPANTS:
        for part in ("coordinator", "investigator", "pharmacist"):
            assert of_whom(Caller(getattr(trial, part)).rows(name)) == mine, (name, part)
        assert of_whom(Caller(trial.outsider).rows(name)) == theirs, name
        for part in ("monitor", "safety", "manager", "inspector"):
            assert of_whom(Caller(getattr(trial, part)).rows(name)) == mine | theirs, (name, part)
        assert of_whom(Caller(own).rows(name)) == mine, name
        assert Caller(trial.stranger).get(name).status_code == 403, name


def test_who_reads_the_stock(trial: Any, here: Any, there: Any) -> None:
    for name in STOCK:
        assert Caller(participant_of(here.subject, f"{name}@home.test")).get(name).status_code == 403, name
        assert Caller(trial.stranger).get(name).status_code == 403, name
    assert {row["number"] for row in Caller(trial.coordinator).rows("kits")} == {"K-1"}
    assert {row["number"] for row in Caller(trial.monitor).rows("kits")} == {"K-1", "K-2"}
    for part in ("pharmacist", "unblinded_pharmacist", "monitor"):
        (kit, *_others) = Caller(getattr(trial, part)).rows("kits")
        assert not {"content", "arm"} & {word for name in kit for word in name.split("_")}, part


def test_the_fields_of_the_brief(trial: Any, here: Any, nora: Caller) -> None:
    for name, wanted in BRIEF.items():
        row = nora.get(name, include="patient").json()["items"][0]
        assert wanted | {"id", "created_at", "updated_at"} <= set(row)
        assert {row[field] for field in wanted} & {None, ""} == set(), name
        assert row["patient"]["display_name"] == "Dina Marsh 1"
    log = nora.rows("adherence-logs", include="medication")[0]
    assert (log["medication"]["kit_number"], log["timestamp"]) == ("K-1", log["entered_at"])
    assert nora.rows("distributions")[0]["distribution_date"] == trial.today().isoformat()


def test_a_participant_does_not_read_remarks_drafts_or_what_is_only_prepared(
    trial: Any, shop: Pharmacy, here: Any, nora: Caller
) -> None:
    own = Caller(participant_of(here.subject))
    shop.kits("K-5")
    prepared = shop.prepared(here.order, "K-5")
    draft = services.revise_order(
        by=trial.coordinator,
        order=here.order,
        prescription=shop.prescription(here.subject, dose_amount=81),
        reason="The dose is raised",
    )
    services.hold_order(
        by=trial.investigator, order=here.order, held_on=trial.today(), hold_reason="procedure", reason="A tooth"
    )
    assert {row["id"] for row in own.rows("orders")} == {str(here.order.pk)}
    assert {row["id"] for row in own.rows("distributions")} == {str(here.kit.pk)}
    assert own.get(f"orders/{draft.pk}").status_code == own.get(f"distributions/{prepared.pk}").status_code == 404
    for name in OF_PARTICIPANTS:
        for row in own.rows(name):
            assert {row[field] for field in published(name).withheld} <= {None}, name
    (order,) = own.rows("orders")
    assert (order["status"], order["holds"]) == ("on_hold", [])
    assert nora.get(f"orders/{order['id']}").json()["holds"][0]["reason"] == "A tooth"


def test_the_latest_order_of_somebody(trial: Any, shop: Pharmacy, here: Any, nora: Caller) -> None:
    newer = shop.draft(here.subject)
    subject = str(here.subject.pk)
    for asked in ({"subject": subject, "limit": 1}, {"patient": subject, "limit": 1}):
        assert nora.get("orders", **asked).json()["items"][0]["id"] == str(newer.pk)
    assert [row["id"] for row in nora.rows("orders", is_latest="true")] == [str(newer.pk)]
    assert [row["id"] for row in nora.rows("orders", is_latest="false")] == [str(here.order.pk)]
    own = Caller(participant_of(here.subject))
    assert [row["id"] for row in own.rows("orders", is_latest="true")] == [str(here.order.pk)]


def test_filters(trial: Any, here: Any, there: Any) -> None:
    max_ = Caller(trial.monitor)
    today, later = trial.today().isoformat(), (trial.today() + timedelta(days=1)).isoformat()
    site, lot = str(trial.site.pk), str(here.kit.kit.lot_id)
    for name, asked, wanted in (
        ("orders", {"site": site}, 1),
        ("orders", {"status": "active"}, 2),
        ("orders", {"status": "draft"}, 0),
        ("orders", {"product": str(here.order.product_id), "frequency": "QD"}, 2),
        ("orders", {"starts_from": later}, 0),
        ("distributions", {"order_id": str(here.order.pk)}, 1),
        ("distributions", {"status": "dispensed", "dispensed_from": today}, 2),
        ("distributions", {"dispensed_until": "2020-01-01"}, 0),
        ("adherence-logs", {"medication": str(here.kit.pk)}, 1),
        ("adherence-logs", {"adherence_status": "taken"}, 0),
        ("adherence-logs", {"is_proxy": "true", "is_current": "true"}, 2),
        ("adherence-logs", {"timestamp_from": (clock.now() + timedelta(hours=1)).isoformat()}, 0),
        ("adherence-logs", {"timestamp_until": (clock.now() + timedelta(hours=1)).isoformat()}, 2),
        ("protocol-adherence", {"patient": str(here.subject.pk)}, 1),
        ("feedback", {"about": "order"}, 2),
        ("kits", {"state": "dispensed", "lot": lot}, 2),
        ("kits", {"number": "K-1"}, 1),
        ("kits", {"expires_until": later}, 0),
        ("lots", {"product": str(here.order.product_id)}, 1),
        ("shipments", {"site": site, "status": "arrived"}, 1),
    ):
        assert len(max_.rows(name, **asked)) == wanted, (name, asked)
    assert max_.get("orders", status="running").status_code == 422


def test_orders_of_lists(trial: Any, here: Any, there: Any) -> None:
    for name in (*OF_PARTICIPANTS, *STOCK):
        for order in published(name).orders:
            first = Caller(trial.monitor).get(name, order=order, limit=1).json()
            assert len(first["items"]) == 1, (name, order)
            if first["next"]:
                assert Caller(trial.monitor).client.get(first["next"]).status_code == 200, (name, order)


def test_adherence_is_computed(trial: Any, shop: Pharmacy, nora: Caller) -> None:
    days_ago = clock.now() - timedelta(days=10)
    with clock.frozen(days_ago):
        subject = trial.on_treatment(full_name="Ed Stone")
        shop.kits("K-9")
        order = shop.order(subject)
        kit = shop.dispensed(order, "K-9")
    shop.returned(kit, 25)
    (row,) = nora.rows("protocol-adherence")
    assert (row["id"], row["order_id"], row["protocol_id"]) == (str(order.pk), str(order.pk), "TEST-01")
    assert (row["adherence_status"], row["percent"], row["is_running"]) == ("low", "50.0", True)
    assert [(one["expected"], one["taken"]) for one in row["intervals"]] == [("10.0", "5.0")]
    (own,) = Caller(participant_of(subject)).rows("protocol-adherence")
    assert (own["adherence_status"], own["percent"], own["intervals"]) == ("low", None, None)


def test_a_list_costs_the_same_for_few_and_for_many(shop: Pharmacy, here: Any, nora: Caller) -> None:
    own = Caller(participant_of(here.subject))

    def costs() -> dict[Any, int]:
        return {
            (name, who): cost(who, name)
            for who in (nora, own)
            for name in (*OF_PARTICIPANTS, *STOCK)
            if name in OF_PARTICIPANTS or who is nora
        }

    few = costs()
    for number in (3, 4):
        treated(shop, number)
    assert AdherenceLog.objects.count() == 3
    assert costs() == few


def cost(caller: Caller, name: str) -> int:
    include = ",".join(includes_of(published(name)))
    with CaptureQueriesContext(connection) as queries:
        assert caller.get(name, limit=200, include=include).status_code == 200
    return len(queries)

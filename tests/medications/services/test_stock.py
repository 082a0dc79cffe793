"""Shipments, lots and kits on the shelf."""

from datetime import timedelta

import pytest

from medications import selectors, services
from medications.models import Kit
from subjects.selectors import focus_of
from tests.support.days import in_days
from trialcrm.core import clock
from trialcrm.core.decisions import Refused


def states():
    return dict(Kit.objects.values_list("number", "state"))


def test_a_shipment_in_order_goes_into_stock(shop):
    shop.kits("K-1", "K-2")
    assert states() == {"K-1": "available", "K-2": "available"}


@pytest.mark.parametrize("facts", [{"temperature_ok": False}, {"condition": "damaged"}])
def test_after_damage_or_an_excursion_everything_is_quarantined(shop, facts):
    shop.receive(shop.sent("K-1", "K-2"), **facts)
    assert set(states().values()) == {"quarantined"}


def test_missing_kits_are_named_and_the_count_agrees(shop):
    shipment = shop.sent("K-1", "K-2")
    with pytest.raises(Refused, match="Count again") as refusal:
        shop.receive(shipment, kits_received=1)
    assert refusal.value.field == "kits_received"
    with pytest.raises(Refused, match="not in this shipment"):
        shop.receive(shipment, kits_received=1, missing=("K-7",))
    shop.receive(shipment, kits_received=1, missing=("K-2",))
    assert states() == {"K-1": "available", "K-2": "missing"}


def test_a_shipment_is_received_once(shop):
    shipment = shop.sent("K-1")
    shop.receive(shipment)
    with pytest.raises(Refused, match="cannot become"):
        shop.receive(shipment)


def test_numbers_are_given_once_in_a_study(trial, shop):
    shop.kits("K-1")
    with pytest.raises(Refused, match="These numbers are taken: K-1"):
        services.send_shipment(
            by=trial.manager, lot=shop.lot, site=trial.site, number="SH-2", sent_on=trial.today(), kits=[("K-1", 30)]
        )


def test_a_quarantined_kit_comes_back_on_the_sponsors_decision(trial, shop):
    (kit,) = shop.kits("K-1")
    services.quarantine_kit(by=trial.pharmacist, kit=kit, reason="Label is torn.")
    with pytest.raises(Refused, match="on which document"):
        services.release_kit(by=trial.pharmacist, kit=kit, document=" ")
    services.release_kit(by=trial.pharmacist, kit=kit, document="DEC-7")
    assert states() == {"K-1": "available"}
    assert kit.movements.order_by("-moved_at", "-id").first().document == "DEC-7"


def test_expired_kits_leave_the_stock_by_themselves_once(trial, shop):
    shop.kits("K-old", lot=shop.another_lot("L1", trial.today() + timedelta(days=5)))
    shop.kits("K-new")
    with clock.frozen(in_days(6)):
        assert len(services.expire_stock(by=services.PORTAL)) == 1
        assert services.expire_stock(by=services.PORTAL) == []
    assert states() == {"K-old": "expired", "K-new": "available"}


def test_what_expires_soon_is_counted_by_days(trial, shop):
    for number, days in (("A", 20), ("B", 50), ("C", 80), ("D", 200)):
        shop.kits(f"K-{number}", lot=shop.another_lot(f"L-{number}", trial.today() + timedelta(days=days)))
    focus = focus_of(trial.pharmacist)
    assert selectors.expiring_counts(trial.pharmacist, focus) == {30: 1, 60: 2, 90: 3}
    assert [kit.number for kit in selectors.expiring(trial.pharmacist, focus, 60)] == ["K-A", "K-B"]


def test_kits_are_found_by_number_and_lot_at_ones_own_site_only(trial, shop):
    shop.kits("K-1")
    shop.kits("K-2", site=trial.other_site)
    assert [kit.number for kit in selectors.kits_named(trial.pharmacist, "k-")] == ["K-1"]
    assert [kit.number for kit in selectors.kits_named(trial.monitor, "L2")] == ["K-1", "K-2"]


@pytest.mark.parametrize("part", ["coordinator", "investigator", "pharmacist", "monitor", "stranger"])
def test_only_the_sponsor_sends(trial, shop, part):
    with pytest.raises(Refused):
        services.send_shipment(
            by=getattr(trial, part), lot=shop.lot, site=trial.site, number="X", sent_on=trial.today(), kits=[("K-1", 1)]
        )


@pytest.mark.parametrize("part", ["coordinator", "investigator", "monitor", "manager", "outsider"])
def test_only_pharmacists_of_the_site_keep_its_stock(trial, shop, part):
    (kit,) = shop.kits("K-1")
    with pytest.raises(Refused):
        services.quarantine_kit(by=getattr(trial, part), kit=kit, reason="Because I may not.")

"""Every page of medication opens for those whose it is, says why an act is dead, and loses nothing that was typed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from medications import services
from medications.models import AdherenceLog, Distribution, Kit, MedicationOrder
from subjects.services import give_role
from tests.support.cast import BEGAN, BUILDER, PASSWORD
from trialcrm.access.roles import Role
from trialcrm.core import clock
from trialcrm.users.services import create_account


def page(name, *args):
    return reverse(f"medications:{name}", args=args)


@pytest.fixture
def as_(client, trial):
    def sign_in(part):
        client.force_login(getattr(trial, part))
        return client

    return sign_in


@pytest.fixture
def participant(trial, subject):
    person = create_account(by=BUILDER, email="dina@trial.test", name="Dina Marsh", password=PASSWORD)
    facts = {"role": Role.PART, "study": trial.study, "site": trial.site, "subject": subject}
    give_role(by=BUILDER, user=person, starts_on=BEGAN, **facts)
    return person


@pytest.fixture
def supplied(trial, shop, subject):
    """A kit out, one prepared, one on the shelf, one on its way, one quarantined."""
    shop.kits("K-1", "K-2", "K-3", "K-4")
    shop.sent("K-5")
    order = shop.order(subject)
    shop.dispensed(order, "K-1")
    shop.prepared(order, "K-2")
    services.quarantine_kit(by=trial.pharmacist, kit=Kit.objects.get(number="K-4"), reason="Label is torn.")
    return order


LISTS = ("orders", "distributions", "stock", "kits")


@pytest.mark.parametrize("part", ["coordinator", "investigator", "pharmacist", "monitor", "manager", "inspector"])
@pytest.mark.parametrize("name", LISTS)
def test_lists_open_for_staff_with_their_rows(as_, supplied, part, name):
    answer = as_(part).get(page(name))
    assert answer.status_code == 200
    assert ("K-" if name != "orders" else "Xanomeline") in answer.content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_lists_of_another_site_show_nothing_of_this_one(as_, supplied, name):
    body = as_("outsider").get(page(name)).content.decode()
    assert "K-1" not in body
    assert "701-001" not in body


@pytest.mark.parametrize("part", ["coordinator", "pharmacist", "monitor"])
def test_records_open_as_a_page_beside_the_list_and_in_their_place(as_, supplied, part):
    client = as_(part)
    item = Distribution.objects.first()
    for record in (supplied, item, item.kit, item.kit.lot, item.kit.shipment):
        url = record.get_absolute_url()
        assert client.get(url).status_code == 200
        for target in ("panel", "body"):
            fragment = client.get(url, HTTP_HX_REQUEST="true", HTTP_HX_TARGET=target)
            assert fragment.status_code == 200
            assert "<html" not in fragment.content.decode()


def test_records_of_another_site_do_not_exist(as_, supplied):
    client = as_("outsider")
    item = Distribution.objects.first()
    for record in (supplied, item, item.kit, item.kit.shipment):
        assert client.get(record.get_absolute_url()).status_code == 404
    assert client.get(page("subject-medication", supplied.subject_id)).status_code == 404


def test_the_chart_has_a_tab_of_medication(as_, trial, supplied):
    body = as_("coordinator").get(page("subject-medication", supplied.subject_id)).content.decode()
    for word in ("Xanomeline", "K-1", "Deviations from the protocol", "Pill count"):
        assert word in body
    overview = as_("coordinator").get(supplied.subject.get_absolute_url()).content.decode()
    assert "Kit K-1 dispensed" in overview


def test_an_order_is_drafted_signed_and_only_then_in_force(as_, trial, shop, subject):
    client = as_("coordinator")
    url = page("order-draft", subject.pk)
    typed = {
        "product": shop.product.pk, "dose_amount": "54", "dose_unit": "mg", "units_per_dose": "1", "dose_form": "PATCH",
        "route": "TRANSDERMAL", "frequency": "QD", "starts_on": trial.today().isoformat(),
        "ends_on": (trial.today() - timedelta(days=1)).isoformat(), "instructions": "One patch each morning.",
    }  # fmt: skip
    answer = client.post(url, typed)
    assert answer.status_code == 422
    assert "It cannot end before it begins." in answer.content.decode()
    assert "One patch each morning." in answer.content.decode()
    answer = client.post(url, {**typed, "ends_on": (trial.today() + timedelta(days=90)).isoformat()})
    assert answer.status_code == 303
    order = MedicationOrder.objects.get()
    assert client.get(page("order-sign", order.pk)).status_code == 403
    client = as_("investigator")
    sign = client.get(page("order-sign", order.pk))
    form = sign.context["form"]
    wrong = {"email": trial.investigator.email, "password": "wrong", "shown": form.shown_now}
    assert client.post(page("order-sign", order.pk), wrong).status_code == 422
    right = {**wrong, "password": PASSWORD}
    assert client.post(page("order-sign", order.pk), right).status_code == 303
    order.refresh_from_db()
    assert (order.status, order.prescribed_by) == ("active", trial.investigator)
    shown = client.get(order.get_absolute_url()).content.decode()
    assert "Prescribed" in shown
    assert "valid" in shown


def test_a_dead_button_says_why(as_, trial, shop, subject):
    order = shop.draft(subject, ends_on=None)
    body = as_("investigator").get(order.get_absolute_url()).content.decode()
    assert "Say until when it is to be taken." in body
    assert (
        "Only an investigator decides about an order."
        in as_("coordinator").get(order.get_absolute_url()).content.decode()
    )


def test_a_kit_is_handed_out_with_its_number_typed_again(as_, trial, supplied):
    client, item = as_("pharmacist"), Distribution.objects.get(status="prepared")
    url = page("distribution-dispense", item.pk)
    assert "Order, kit, lot and expiry are in order." in client.get(url).content.decode()
    now = clock.local(clock.now(), trial.site.time_zone)
    typed = {
        "kit_number": "K-9",
        "dispensed_at": f"{now:%Y-%m-%dT%H:%M}",
        "units_dispensed": 30,
        "instructions_given": "on",
    }
    answer = client.post(url, typed)
    assert answer.status_code == 422
    assert "not the kit that was prepared" in answer.content.decode()
    assert client.post(url, {**typed, "kit_number": "K-2"}).status_code == 303
    item.refresh_from_db()
    assert item.status == "dispensed"


def test_the_pharmacists_page_shows_the_day(as_, supplied):
    body = as_("pharmacist").get(page("stock")).content.decode()
    for word in ("To hand out today", "In order", "K-2", "Kits by lot", "On their way", "Quarantined"):
        assert word in body


def test_filters_stand_in_the_address(as_, supplied):
    client = as_("coordinator")
    assert client.get(page("orders"), {"status": "draft"}).context["rows"] == []
    assert "K-4" in client.get(page("kits"), {"state": "quarantined"}).content.decode()
    assert "K-1" not in client.get(page("kits"), {"state": "quarantined"}).content.decode().split("<tbody>")[-1]
    for name in LISTS:
        assert (
            client.get(page(name), {"status": "nonsense", "drug": "x", "lot": "x", "expires": "x"}).status_code == 200
        )


@pytest.mark.parametrize("name", ["orders", "distributions", "kits"])
def test_lists_are_downloaded_without_names(as_, supplied, name):
    answer = as_("coordinator").get(page(name), {"format": "csv"})
    body = b"".join(answer.streaming_content).decode()
    assert "TEST-01" in body
    assert "Dina" not in body


@pytest.mark.parametrize("name", LISTS)
def test_lists_cost_the_same_queries_for_few_rows_and_many(as_, trial, shop, supplied, name):
    client = as_("pharmacist")
    client.get(page(name))
    with CaptureQueriesContext(connection) as few:
        client.get(page(name))
    shop.kits(*(f"M-{number}" for number in range(8)))
    for number in range(3):
        order = shop.order(trial.on_treatment(full_name=f"Per Son{chr(97 + number)}"))
        shop.dispensed(order)
    with CaptureQueriesContext(connection) as many:
        client.get(page(name))
    assert len(many) <= len(few) + (0 if name != "stock" else 2)


# --- the participant --------------------------------------------------------------------------------------------------


def test_a_participant_confirms_a_kit_and_notes_a_dose_with_one_tap(client, trial, supplied, participant):
    client.force_login(participant)
    body = client.get(page("my-medication")).content.decode()
    for word in ("Did you receive kit K-1?", "One patch on the back each morning.", "Xanomeline"):
        assert word in body
    assert (
        "arm" not in body.lower().split("<main")[1].replace("pharm", "").replace("warm", "").split("</main>")[0].split()
    )
    item = Distribution.objects.get(kit__number="K-1")
    url = page("my-receipt", item.pk)
    assert client.get(url).status_code == 200
    assert client.post(url, {"units_acknowledged": 29}).status_code == 422
    assert client.post(url, {"units_acknowledged": 30}).status_code == 303
    item.refresh_from_db()
    assert (item.status, item.is_witnessed, item.kit.state) == ("acknowledged", False, "acknowledged")
    with clock.frozen(clock.now().replace(hour=14, minute=0) + timedelta(days=1)):
        client.force_login(participant)
        dose = client.get(page("my-medication")).context["own"].today[0]
        answer = client.post(page("my-dose", supplied.pk), {"slot_at": dose.key, "adherence_status": "taken"})
        assert answer.status_code == 303
        assert client.get(page("my-dose", supplied.pk), {"slot": dose.key}).status_code == 200
    log = AdherenceLog.objects.get()
    assert (log.adherence_status, log.is_proxy, log.entered_by) == ("taken", False, participant)


def test_feedback_reaches_the_participant(client, as_, trial, supplied, participant):
    client = as_("coordinator")
    answer = client.post(page("order-feedback", supplied.pk), {"about": "adherence", "text": "Well done, keep going."})
    assert answer.status_code == 303
    client.force_login(participant)
    body = client.get(page("my-medication")).content.decode()
    assert "Well done, keep going." in body
    assert "Nora Lindqvist" in body


def test_a_participant_reaches_nothing_of_others_and_no_page_of_staff(client, trial, shop, supplied, participant):
    other = shop.order(trial.on_treatment(full_name="Ben Other"))
    item = shop.dispensed(other)
    client.force_login(participant)
    assert client.get(page("my-dose", other.pk)).status_code == 404
    assert client.post(page("my-dose", other.pk), {"adherence_status": "extra"}).status_code == 404
    assert client.get(page("my-receipt", item.pk)).status_code == 404
    for name in LISTS:
        assert client.get(page(name)).status_code == 403
    assert client.get(supplied.get_absolute_url()).status_code == 403


def test_staff_enter_a_dose_for_the_participant_with_a_reason(as_, trial, supplied):
    client = as_("coordinator")
    with clock.frozen(clock.now().replace(hour=14, minute=0) + timedelta(days=1)):
        client = as_("coordinator")
        form = client.get(page("order-log", supplied.pk)).context["form"]
        slot = form.fields["slot_at"].choices[0][0]
        typed = {"slot_at": slot, "adherence_status": "missed", "missed_reason": "forgot"}
        assert client.post(page("order-log", supplied.pk), typed).status_code == 422
        answer = client.post(page("order-log", supplied.pk), {**typed, "proxy_reason": "Told us on the phone."})
        assert answer.status_code == 303
        assert "Told us on the phone." in client.get(page("order-doses", supplied.pk)).content.decode()

"""Pages of deviations."""

import pytest
from django.urls import reverse

from subjects import services
from subjects.models import Deviation
from subjects.services import Departure
from tests.support.cast import PASSWORD


@pytest.fixture
def deviation(trial):
    subject = trial.on_treatment()
    facts = Departure("Blood drawn after breakfast.", "procedure", trial.today())
    return services.record_deviation(by=trial.coordinator, subject=subject, departure=facts)


def go(client, trial, part):
    client.force_login(getattr(trial, part))
    return client


@pytest.mark.parametrize("part", ["coordinator", "investigator", "monitor", "safety", "manager", "inspector"])
def test_the_list_and_the_record_open_for_readers(client, trial, deviation, part):
    go(client, trial, part)
    assert "after breakfast" in client.get(reverse("subjects:deviations")).content.decode()
    assert "after breakfast" in client.get(deviation.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("part", "status"), [("outsider", 404), ("pharmacist", 403), ("stranger", 403)])
def test_others_do_not_reach_it(client, trial, deviation, part, status):
    assert go(client, trial, part).get(deviation.get_absolute_url()).status_code == status


def test_filters_and_the_file(client, trial, deviation):
    go(client, trial, "coordinator")
    url = reverse("subjects:deviations")
    assert "after breakfast" not in client.get(url, {"importance": "major"}).content.decode()
    assert "after breakfast" in client.get(url, {"q": "breakfast", "status": "open"}).content.decode()
    body = b"".join(client.get(url, {"format": "csv"}).streaming_content).decode()
    assert "after breakfast" in body


def test_the_whole_way_through_the_pages(client, trial, deviation):
    go(client, trial, "coordinator")
    add = reverse("subjects:deviation-add", args=[deviation.subject_id])
    assert client.get(add).status_code == 200
    assert client.post(add, {"description": "x", "category": "gossip"}).status_code == 422
    go(client, trial, "investigator")
    typed = {"importance": "major", "impact": "Cannot be used.", "immediate_hazard": "no", "serious_breach": "no"}
    assess = reverse("subjects:deviation-assess", args=[deviation.pk])
    assert client.get(assess).status_code == 200
    assert client.post(assess, typed).status_code == 303
    plan = reverse("subjects:deviation-action", args=[deviation.pk])
    action = {
        "root_cause": "No reminder.", "corrective_action": "A reminder.", "action_owner": trial.coordinator.pk,
        "action_due_on": trial.today().isoformat(),
    }  # fmt: skip
    assert client.post(plan, action).status_code == 303
    close = reverse("subjects:deviation-close", args=[deviation.pk])
    shown = client.get(close).context["form"].shown_now
    facts = {"email": trial.investigator.email, "password": PASSWORD, "shown": shown}
    assert client.post(close, facts).status_code == 303
    assert Deviation.objects.get().status == "closed"
    assert "Reviewed and approved" in client.get(deviation.get_absolute_url()).content.decode()


def test_a_candidate_is_shown_and_confirmed_or_dismissed_on_its_page(client, trial):
    subject = trial.on_treatment()
    facts = Departure("Two patches on one day.", "medication", trial.today())
    item = services.record_deviation(by=trial.coordinator, subject=subject, departure=facts, is_certain=False)
    go(client, trial, "coordinator")
    for name in ("deviation", "deviation-confirm", "deviation-dismiss"):
        assert client.get(reverse(f"subjects:{name}", args=[item.pk])).status_code == 200
    assert "To be looked at" in client.get(reverse("subjects:deviations")).content.decode()
    answer = client.post(
        reverse("subjects:deviation-dismiss", args=[item.pk]), {"reason": "Counted wrongly, see note."}
    )
    assert answer.status_code == 303
    item.refresh_from_db()
    assert item.status == "dismissed"

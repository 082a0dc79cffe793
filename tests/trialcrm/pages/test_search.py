"""The search in the top bar."""

from django.urls import reverse


def _found(client, person, words):
    client.force_login(person)
    return client.get(reverse("pages:search"), {"q": words}).content.decode()


def test_a_participant_is_found_by_id_and_by_name_where_the_name_may_be_seen(client, trial):
    trial.registered(full_name="Canary Zebra")
    assert "701-001" in _found(client, trial.coordinator, "zebra")
    assert "701-001" in _found(client, trial.monitor, "701-0")
    assert "701-001" not in _found(client, trial.monitor, "zebra")


def test_people_and_studies_are_found(client, trial):
    assert "Dr Hana Ito" in _found(client, trial.coordinator, "ito")
    assert trial.study.title in _found(client, trial.coordinator, "test-0")


def test_colleagues_of_another_site_are_not_found(client, trial):
    assert "Oren Blum" not in _found(client, trial.coordinator, "oren")

"""The list of participants and the overview of a chart."""

from django.urls import reverse


def test_the_list_names_participants_to_their_site_and_not_to_the_monitor(client, trial):
    trial.registered(full_name="Canary Zebra")
    client.force_login(trial.coordinator)
    assert "Canary Zebra" in client.get(reverse("subjects:subjects")).content.decode()
    client.force_login(trial.monitor)
    page = client.get(reverse("subjects:subjects")).content.decode()
    assert "701-001" in page
    assert "Canary" not in page


def test_a_chart_of_another_site_does_not_exist(client, trial):
    subject = trial.registered()
    client.force_login(trial.outsider)
    assert client.get(subject.get_absolute_url()).status_code == 404


def test_a_name_finds_its_participant_for_those_who_may_see_it_only(client, trial):
    trial.registered(full_name="Zoë Müller")
    client.force_login(trial.coordinator)
    assert "701-001" in client.get(reverse("subjects:subjects"), {"q": "muller"}).content.decode()
    client.force_login(trial.monitor)
    assert "701-001" not in client.get(reverse("subjects:subjects"), {"q": "muller"}).content.decode()


def test_the_list_filters_by_screening_status(client, trial):
    trial.registered()
    client.force_login(trial.coordinator)
    assert "701-001" in client.get(reverse("subjects:subjects"), {"status": "pending"}).content.decode()
    assert "701-001" not in client.get(reverse("subjects:subjects"), {"status": "passed"}).content.decode()


def test_who_may_not_see_attempts_finds_nobody_by_them(client, trial):
    subject = trial.passed().subject
    client.force_login(trial.pharmacist)
    assert subject.subject_id in client.get("/subjects/").content.decode()
    for status in ("passed", "pending"):
        assert subject.subject_id not in client.get(f"/subjects/?status={status}").content.decode()


def test_the_csv_is_coded_even_for_the_site(client, trial):
    trial.registered(full_name="Canary Zebra")
    client.force_login(trial.coordinator)
    lines = b"".join(client.get(reverse("subjects:subjects"), {"format": "csv"}).streaming_content).decode()
    assert "701-001" in lines
    assert "Canary" not in lines


def test_the_overview_tells_what_happened(client, trial):
    subject = trial.on_treatment(first_dose_days_ago=20)
    client.force_login(trial.coordinator)
    page = client.get(subject.get_absolute_url()).content.decode()
    assert "Consent signed, version 1.0" in page
    assert "Screening attempt 1: passed" in page

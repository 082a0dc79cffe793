"""Studies and one study."""

from django.urls import reverse


def test_a_study_shows_its_plan_and_sites(client, trial):
    client.force_login(trial.coordinator)
    page = client.get(trial.study.get_absolute_url()).content.decode()
    assert "Week 4" in page
    assert "Riverside" in page
    assert "Hillcrest" not in page


def test_a_study_somebody_has_no_part_in_does_not_exist(client, trial):
    client.force_login(trial.stranger)
    assert client.get(trial.study.get_absolute_url()).status_code == 403


def test_counts_of_the_list_are_those_in_sight(client, trial):
    trial.registered()
    trial.registered(site=trial.other_site)
    for part, count in (("coordinator", 1), ("manager", 2)):
        client.force_login(getattr(trial, part))
        assert client.get(reverse("subjects:studies")).context["studies"][0].subject_count == count

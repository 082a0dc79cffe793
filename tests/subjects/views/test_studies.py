"""Studies and one study."""

from django.urls import reverse

from subjects import services
from tests.support.cast import BUILDER
from trialcrm.audit.recording import recorded


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


@recorded("test.imported", "Imported for a test")
def imported(*, by, study):
    study.is_imported = True
    study.save()


def send(client, trial, part, act, **typed):
    client.force_login(getattr(trial, part))
    url = reverse(f"subjects:study-{act}", args=[trial.study.pk])
    return client.post(url, {"reason": "As the amendment says", **typed})


def test_the_study_manager_corrects_titles_and_closes_enrolment(client, trial):
    assert send(client, trial, "manager", "change", title="A better title", short_title="Better").status_code == 303
    assert send(client, trial, "manager", "move", to="enrolment_closed").status_code == 303
    study = type(trial.study).objects.get(pk=trial.study.pk)
    assert (study.title, study.short_title, study.status) == ("A better title", "Better", "enrolment_closed")


def test_a_study_is_changed_by_its_manager_only_and_along_its_lifecycle(client, trial):
    for part in ("coordinator", "investigator", "monitor", "stranger"):
        assert send(client, trial, part, "change", title="Another").status_code == 403
        assert send(client, trial, part, "move", to="suspended").status_code == 403
    assert send(client, trial, "manager", "move", to="archived").status_code == 422
    assert send(client, trial, "manager", "change", title=trial.study.title, short_title="Tests").status_code == 422


def test_an_imported_study_is_changed_by_deliveries_only(client, trial):
    imported(by=BUILDER, study=trial.study)
    assert send(client, trial, "manager", "change", title="Another").status_code == 403


def test_the_study_manager_names_the_investigator_on_the_page_of_the_team(client, trial):
    given = {"user": trial.subinvestigator, "role": "pi", "study": trial.study, "site": trial.site}
    services.give_role(by=trial.manager, **given, starts_on=trial.today())
    client.force_login(trial.manager)
    url = reverse("subjects:site-change", args=[trial.site.pk])
    assert url in client.get(reverse("subjects:site-team", args=[trial.site.pk])).text
    asked = client.get(url).context["form"]
    assert set(asked.fields["principal_investigator"].queryset) == {trial.investigator, trial.subinvestigator}
    typed = {"principal_investigator": trial.subinvestigator.pk, "time_zone": "America/New_York"}
    assert "reason" in client.post(url, typed).context["form"].errors
    assert client.post(url, {**typed, "reason": "Dr Ito leaves us"}).status_code == 303
    assert type(trial.site).objects.get(pk=trial.site.pk).principal_investigator == trial.subinvestigator


def test_the_zone_is_offered_while_nothing_was_recorded(client, trial):
    client.force_login(trial.manager)
    url = reverse("subjects:site-change", args=[trial.site.pk])
    assert len(client.get(url).context["form"].fields["time_zone"].choices) > 300
    trial.registered()
    assert [zone for zone, _name in client.get(url).context["form"].fields["time_zone"].choices] == ["America/New_York"]


def test_nobody_else_changes_a_site(client, trial):
    url = reverse("subjects:site-change", args=[trial.site.pk])
    for part in ("investigator", "coordinator", "monitor", "stranger"):
        client.force_login(getattr(trial, part))
        assert client.post(url, {"time_zone": "UTC", "reason": "As it should be"}).status_code == 403
        assert part == "stranger" or url not in client.get(reverse("subjects:site-team", args=[trial.site.pk])).text

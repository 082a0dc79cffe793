"""The coordinator's first page."""

from datetime import timedelta

from django.urls import reverse

from subjects import services
from trialcrm.core import clock


def _today(client, person, **query):
    client.force_login(person)
    return client.get(reverse("dashboards:today"), query)


def test_a_closed_window_without_a_visit_comes_first(client, trial):
    subject = trial.on_treatment(first_dose_days_ago=40)
    page = _today(client, trial.coordinator).context["page"]
    assert page.needs[0].label == "Overdue"
    assert page.needs[0].subject == subject


def test_the_day_of_one_site_is_empty_at_the_other(client, trial):
    trial.on_treatment(first_dose_days_ago=40)
    assert not _today(client, trial.outsider).context["page"].needs


def test_a_visit_booked_today_is_in_the_agenda(client, trial):
    noon = clock.at_noon(clock.today("America/New_York"), "America/New_York") - timedelta(hours=2)
    with clock.frozen(noon):
        subject = trial.on_treatment(first_dose_days_ago=14)
        visit = subject.visits.get(visit_num=4)
        booking = services.Booking(noon + timedelta(hours=1), trial.coordinator)
        services.schedule_visit(by=trial.coordinator, visit=visit, booking=booking)
        assert [item.pk for item in _today(client, trial.coordinator).context["page"].visits] == [visit.pk]


def test_screening_older_than_three_quarters_of_its_days_waits(client, trial):
    trial.registered(days_ago=11)
    assert [need.kind for need in _today(client, trial.coordinator, kind="screening").context["waiting"]] == [
        "screening"
    ]


def test_the_investigator_is_asked_to_confirm_eligibility_and_the_coordinator_is_not(client, trial):
    trial.passed(days_ago=2)
    kinds = {
        part: [need.label for need in _today(client, getattr(trial, part), kind="screening").context["waiting"]]
        for part in ("investigator", "coordinator")
    }
    assert kinds == {"investigator": ["Eligibility"], "coordinator": []}

"""The frame: navigation by right, counts, study and site in focus."""

import pytest
from django.urls import reverse


def _frame(client, person, **query):
    client.force_login(person)
    return client.get(reverse("subjects:subjects"), query).context["frame"]


@pytest.mark.parametrize(
    ("part", "shown", "hidden"),
    [
        ("coordinator", ["Today", "Participants", "Screening", "Visits", "Appointments", "Study"], ["Imports"]),
        ("monitor", ["Participants", "Screening", "Visits", "Appointments", "Study", "Imports"], ["Today"]),
        ("pharmacist", ["Participants", "Visits", "Appointments", "Study", "Trail"], ["Screening", "Safety review"]),
    ],
)
def test_the_rail_shows_what_the_role_opens(client, trial, part, shown, hidden):
    labels = [item.label for item in _frame(client, getattr(trial, part)).nav]
    assert [label for label in labels if label in shown] == shown
    assert not set(hidden) & set(labels)


def test_a_number_that_cannot_be_had_leaves_the_rail(client, trial, monkeypatch):
    def broken(*_given):
        raise RuntimeError("no answer")

    monkeypatch.setattr("safety.selectors.review_counts", broken)
    monkeypatch.setattr("messaging.selectors.conversation_list", broken)
    assert "Participants" in [item.label for item in _frame(client, trial.investigator).nav]


def test_counts_are_of_what_waits_in_sight(client, trial):
    trial.registered()
    trial.registered(site=trial.other_site)
    counts = {item.label: item.count for item in _frame(client, trial.coordinator).nav}
    assert counts["Screening"] == 1


def test_a_site_of_others_cannot_be_put_in_focus(client, trial):
    frame = _frame(client, trial.coordinator, site=str(trial.other_site.pk))
    assert frame.site is None


def test_the_focus_is_kept_and_carried_in_links(client, trial):
    client.force_login(trial.manager)
    query = {"site": str(trial.site.pk), "next": reverse("subjects:subjects")}
    page = client.get(reverse("pages:focus"), query, follow=True)
    frame = page.context["frame"]
    assert frame.site.label == "701"
    assert all(f"site={trial.site.pk}" in item.url for item in frame.nav)


def test_the_focus_leads_nowhere_else(client, trial):
    client.force_login(trial.manager)
    assert client.get(reverse("pages:focus"), {"next": "https://elsewhere.test/"})["Location"] == "/"

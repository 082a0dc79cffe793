"""Where somebody lands after signing in."""

import pytest
from django.urls import reverse

from trialcrm.pages.frame.parts import address_of

#: The pages of each part, the best first; those that are not installed are passed over.
FIRST = [
    ("coordinator", ["dashboards:today"]),
    ("investigator", ["safety:review", "dashboards:today"]),
    ("pharmacist", ["medications:stock", "subjects:subjects"]),
    ("monitor", ["dashboards:reports", "subjects:subjects"]),
    ("manager", ["dashboards:reports", "subjects:subjects"]),
    ("inspector", ["trail:search"]),
]


@pytest.mark.parametrize(("part", "pages"), FIRST)
def test_the_first_page_follows_the_role(client, trial, part, pages):
    client.force_login(getattr(trial, part))
    assert client.get("/")["Location"] == next(filter(None, map(address_of, pages)))


def test_who_runs_the_installation_lands_on_its_page(client, trial):
    client.force_login(trial.operator)
    wanted = address_of("operations:index") or address_of("messaging:mails")
    assert client.get("/")["Location"] == wanted
    assert wanted != reverse("dashboards:today")


def test_somebody_without_a_role_is_told_who_gives_one(client, trial):
    client.force_login(trial.stranger)
    assert b"Nothing is open to you yet" in client.get("/").content


def test_anybody_else_signs_in_first(client, db):
    assert client.get("/").status_code == 302

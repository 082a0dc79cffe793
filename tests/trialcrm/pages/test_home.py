"""Where somebody lands after signing in."""

import pytest
from django.urls import reverse


@pytest.mark.parametrize(
    ("part", "page"),
    [("coordinator", "dashboards:today"), ("investigator", "dashboards:today"), ("monitor", "subjects:subjects")],
)
def test_the_first_page_follows_the_role(client, trial, part, page):
    client.force_login(getattr(trial, part))
    assert client.get("/")["Location"] == reverse(page)


def test_somebody_without_a_role_is_told_who_gives_one(client, trial):
    client.force_login(trial.stranger)
    assert b"Nothing is open to you yet" in client.get("/").content


def test_anybody_else_signs_in_first(client, db):
    assert client.get("/").status_code == 302

import pytest
from django.test import Client

from tests.support.messaging import participant_of


@pytest.fixture
def subject(trial):
    return trial.registered(full_name="Canary Zebra")


@pytest.fixture
def zebra(subject):
    return participant_of(subject, name="Canary Zebra")


@pytest.fixture
def as_(trial):
    """The browser of somebody: `as_(person)`."""

    def browser(person):
        client = Client()
        client.force_login(person)
        return client

    return browser

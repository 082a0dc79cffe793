"""A token is made, copied and revoked; a study manager lets a program in."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import PHONE, look, sign_in
from tests.support.cast import PASSWORD
from trialcrm.api.services.tokens import authenticate
from trialcrm.audit import context

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]
ONCE = re.compile(r"shown this once")


def lets_in(secret: str) -> bool:
    with context.request():
        return authenticate(secret) is not None


def test_a_coordinator_makes_a_token_and_revokes_it(page, trial):
    # Given a coordinator on the page of her tokens
    sign_in(page, trial.coordinator)
    page.goto("/account/")
    page.get_by_role("link", name="Tokens").click()
    expect(page.get_by_text("No token yet")).to_be_visible()
    look(page, "no tokens")

    # When she makes one, something missing comes back, and her password is asked for
    page.get_by_role("link", name="Make a token").click()
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_text(re.compile("thing to correct"))).to_be_visible()
    page.get_by_label("What the token is for").fill("Export of my site")
    page.get_by_label("TEST-01 · 701").check()
    look(page, "new token")
    page.get_by_role("button", name="Make the token").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()

    # Then its secret is there, this once, with a button that copies it
    expect(page.get_by_text(ONCE)).to_be_visible()
    secret = page.get_by_label("Export of my site").input_value()
    assert lets_in(secret)
    look(page, "the secret")
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_text("TEST-01 · 701")).to_be_visible()
    look(page, "tokens")

    # And when she revokes it, it lets nobody in
    page.get_by_role("link", name="Revoke", exact=True).click()
    page.locator("#dialog").get_by_label("Reason").fill("Was in a mail")
    look(page, "revoking")
    page.locator("#dialog").get_by_role("button", name="Revoke the token").click()
    expect(page.get_by_text("Was in a mail")).to_be_visible()
    assert not lets_in(secret)


def test_a_study_manager_lets_a_program_in(page, trial):
    # Given the manager among the people of the study
    sign_in(page, trial.manager)
    page.goto(f"/studies/{trial.study.pk}/team/")
    page.get_by_role("link", name="Service accounts").click()
    expect(page.get_by_text("No service account yet")).to_be_visible()

    # When she makes an account for a program
    page.get_by_role("link", name="Make a service account").click()
    page.get_by_label("Name of the program").fill("Nightly export")
    page.get_by_label("Role").select_option("insp")
    page.get_by_label("What the token is for").fill("first")
    look(page, "new service account")
    page.get_by_role("button", name="Make the service account").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()

    # Then it stands there with who answers for it, on a phone too
    expect(page.get_by_text(ONCE)).to_be_visible()
    assert lets_in(page.get_by_label("first", exact=True).input_value())
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_text(re.compile(f"{trial.manager.name} answers for it"))).to_be_visible()
    look(page, "service accounts")
    page.set_viewport_size(PHONE)
    look(page, "service accounts on a phone")

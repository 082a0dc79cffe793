"""From the mail to the first page: somebody of the staff, and a participant."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from tests.journeys.steps import DESK, PHONE, dialog, look, sign_in
from trialcrm.users.models import User

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]
CHOSEN = "a fine long sentence"


def link() -> str:
    """The address in the last mail."""
    return re.search(r"/account/invitation/\S+", str(mail.outbox[-1].body))[0]  # type: ignore[index]


def join(page, size):
    """Follow the link, choose a password, sign in."""
    page.goto("about:blank")
    page.context.clear_cookies()
    page.set_viewport_size(size)
    page.goto(link())
    page.get_by_label("Password", exact=True).fill(CHOSEN)
    page.get_by_label("Password, once more").fill("another long sentence")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_text("The two passwords are not the same.").first).to_be_visible()
    look(page, "passwords differ")
    page.get_by_label("Password", exact=True).fill(CHOSEN)
    page.get_by_label("Password, once more").fill(CHOSEN)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_text("Your account is there.")).to_be_visible()


def first_page(page, email, password=CHOSEN):
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/account/login/" not in url)


def test_a_coordinator_is_invited_and_finds_the_day(page, trial):
    # Given an investigator at the page of the site's people
    sign_in(page, trial.investigator)
    page.goto(reverse("subjects:site-team", args=[trial.site.pk]))
    look(page, "people of a site")
    # When they invite Cora, whose passport they saw
    form = dialog(page, "Invite somebody")
    form.get_by_label("Name").fill("Cora Reyes")
    form.get_by_label("E-mail address").fill("cora@home.test")
    form.get_by_label("Role").select_option("crc")
    form.get_by_label("How you checked who this is").select_option(index=1)
    form.get_by_label("Checked on").fill(str(trial.today()))
    look(page, "invitation")
    form.get_by_role("button", name="Invite somebody").click()
    expect(page.get_by_text("The invitation is on its way.")).to_be_visible()
    expect(page.get_by_text("cora@home.test")).to_be_visible()
    look(page, "people with an invitation")

    # Then the mail says nothing of the study, and leads her to a password and to her day
    assert trial.study.protocol_id not in str(mail.outbox[-1].body)
    join(page, DESK)
    first_page(page, "cora@home.test")
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Participants").first).to_be_visible()
    look(page, "first day of a coordinator")
    # And the link is worth nothing any more
    page.goto(link())
    expect(page.get_by_role("heading", name="This link is spent")).to_be_visible()
    look(page, "spent link")


def test_a_participant_is_invited_and_finds_her_day(page, trial):
    # Given Grace, who is in screening, and the coordinator at the page of people
    subject = trial.registered(full_name="Grace Okafor")
    sign_in(page, trial.coordinator)
    page.goto(reverse("subjects:site-team", args=[trial.site.pk]))
    # When the coordinator invites her
    form = dialog(page, "Invite a participant")
    form.get_by_label("Participant", exact=True).select_option(str(subject.pk))
    form.get_by_label("Name of who signs in").fill("Grace Okafor")
    form.get_by_label("E-mail address").fill("grace@home.test")
    form.get_by_role("button", name="Invite a participant").click()
    expect(page.get_by_text("The invitation is on its way.")).to_be_visible()

    # Then she has an account, which sees nothing before it is recorded who she is
    join(page, PHONE)
    first_page(page, "grace@home.test")
    expect(page.get_by_text("Nothing is open to you yet")).to_be_visible()
    look(page, "nothing open yet")

    # When the coordinator records that she came with her passport
    sign_in(page, trial.coordinator)
    page.goto(reverse("subjects:site-team", args=[trial.site.pk]))
    form = dialog(page, "Identity checked")
    form.get_by_label("How you checked who this is").select_option(index=1)
    form.get_by_label("Checked on").fill(str(trial.today()))
    look(page, "identity check")
    form.get_by_role("button", name="Record the identity check").click()
    expect(page.get_by_text("Recorded. The role begins.")).to_be_visible()

    # Then her own day is open to her on the phone
    page.goto("about:blank")
    page.context.clear_cookies()
    page.set_viewport_size(PHONE)
    page.goto("/account/login/")
    first_page(page, "grace@home.test")
    expect(page.get_by_role("heading", name=re.compile("Grace"))).to_be_visible()
    look(page, "first day of a participant")
    assert User.objects.get(email="grace@home.test").name == "Grace Okafor"

"""Somebody tries the API from its pages: reads, is asked before they write, and asks GraphQL from the keyboard."""

import pytest
from playwright.sync_api import expect

from subjects.models import SubjectNote
from tests.journeys.steps import PHONE, look, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]


def test_a_coordinator_tries_rest_and_graphql(page, trial):
    # Given a participant, and the pages of the API
    subject = trial.registered()
    sign_in(page, trial.coordinator)
    page.goto("/api/")
    expect(page.get_by_role("link", name="Your tokens")).to_be_visible()
    look(page, "how it works")

    # When the coordinator searches for a call and makes it
    page.get_by_role("link", name="REST", exact=True).click()
    page.get_by_role("searchbox", name="Search", exact=True).fill("list subjects")
    expect(page.get_by_role("link", name="/api/v1/notes/{pk}")).to_have_count(0)
    look(page, "calls")
    page.get_by_role("link", name="/api/v1/subjects List subjects").click()
    page.get_by_label("limit optional").fill("5")
    expect(page.locator('[data-out="curl"]')).to_contain_text("/api/v1/subjects?limit=5")
    page.get_by_role("button", name="Call").click()
    # Then the answer stands below it
    expect(page.locator('[data-out="status"]')).to_contain_text("200")
    expect(page.get_by_role("region", name="Body of the answer")).to_contain_text(subject.subject_id)
    look(page, "an answer")

    # When they write, they are asked first
    page.goto("/api/rest/notes_create/")
    body = f'{{"subject_id": "{subject.pk}", "note_type": "call", "note_text": "Will come at nine."}}'
    page.get_by_label("Body", exact=True).fill(body)
    page.get_by_role("button", name="Call").click()
    sure = page.get_by_role("dialog", name="Do this for real?")
    look(page, "asked before writing")
    sure.get_by_role("button", name="Do nothing").click()
    assert not SubjectNote.objects.exists()
    page.get_by_role("button", name="Call").click()
    sure.get_by_role("button", name="Do it").click()
    expect(page.locator('[data-out="status"]')).to_contain_text("201")
    assert SubjectNote.objects.get().subject == subject

    # And GraphQL answers to the keyboard
    page.goto("/api/graphql/?flow=study")
    page.get_by_label("Query", exact=True).press("Control+Enter")
    expect(page.get_by_role("region", name="Body of the answer")).to_contain_text(subject.subject_id)
    look(page, "GraphQL")
    page.goto("/api/graphql/schema/")
    page.get_by_text("Query", exact=True).first.click()
    look(page, "types")


def test_the_pages_of_the_api_fit_a_phone(page, trial):
    sign_in(page, trial.coordinator, PHONE)
    for address in ("", "rest/", "rest/visits_create/", "rest/visits_list/", "graphql/", "graphql/schema/"):
        page.goto(f"/api/{address}")
        look(page, address)

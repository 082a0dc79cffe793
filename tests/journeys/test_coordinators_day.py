"""A coordinator works through the screening queue and a visit."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import look, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]


def test_a_pass_is_recorded_a_visit_booked_out_of_its_window_completed_and_read_in_its_history(page, trial):
    # Given somebody in screening for eight days, and somebody else who has already passed
    waiting = trial.registered(days_ago=8, full_name="Grace Okafor")
    trial.passed(days_ago=3, full_name="Ivo Marek")

    # When the coordinator of the site signs in and filters the queue to what is pending
    sign_in(page, trial.coordinator)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page, "today")
    page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile("Screening")).first.click()
    look(page, "queue")
    page.get_by_role("link", name=re.compile("^Pending")).click()
    expect(page).to_have_url(re.compile("status=pending"))
    expect(page.get_by_text("Ivo Marek")).to_have_count(0)

    # And records that every criterion is met
    page.goto(waiting.screenings.get().get_absolute_url())
    look(page, "attempt")
    for criterion in trial.study.criteria.all():
        answer = "Yes" if criterion.kind == "INCLUSION" else "No"
        page.get_by_role("radiogroup", name=criterion.text).get_by_text(answer, exact=True).click()
    page.get_by_role("button", name=re.compile("pass", re.IGNORECASE)).click()
    expect(page.locator(".page-head").get_by_text("Passed")).to_be_visible()
    look(page, "passed")

    # When they book the second screening visit after its window
    visit = waiting.visits.get(visit_num=2)
    page.goto(visit.get_absolute_url())
    look(page, "visit")
    page.goto(f"{visit.get_absolute_url()}schedule/")
    late = visit.closes_on + timedelta(days=20)
    page.get_by_label("Date and time").fill(f"{late}T10:00")
    page.get_by_role("button", name="Book").click()

    # Then they are warned, and asked why
    expect(page.get_by_text(re.compile(r"days after the window")).first).to_be_visible()
    look(page, "warned")
    page.get_by_label(re.compile("^Why outside")).fill("The participant travels until then.")
    page.get_by_role("button", name="Book").click()
    expect(page.get_by_text("Visit booked.")).to_be_visible()
    expect(page.get_by_text("Booked outside of its window.")).to_be_visible()

    # And when it takes place after all, today
    page.get_by_role("link", name="Complete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Took place on").fill(str(trial.today()))
    look(page, "complete")
    dialog.get_by_role("button", name=re.compile("Complete")).click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Took place", exact=True)).to_be_visible()

    # Then its history tells both, with who and why
    page.get_by_role("link", name="Who changed what, and why").click()
    expect(page.get_by_text("Visit booked").first).to_be_visible()
    expect(page.get_by_text("Visit completed").first).to_be_visible()
    expect(page.get_by_text("Nora Lindqvist").first).to_be_visible()
    look(page, "history")

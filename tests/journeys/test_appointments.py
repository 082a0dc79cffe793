"""A participant asks for another time, and a coordinator answers."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from subjects import services
from subjects.domain.visits import Booking
from tests.journeys.steps import PHONE, listening, look, sign_in
from tests.support.cast import BEGAN, BUILDER
from trialcrm.access.roles import Role

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]


def test_a_participant_asks_to_move_and_reads_the_answer(page, second_page, trial):
    # Given Ann, whose visit of week 2 is booked
    ann = trial.on_treatment(full_name="Ann Whitfield", first_dose_days_ago=10)
    own = {"study": trial.study, "site": trial.site, "subject": ann, "starts_on": BEGAN}
    services.give_role(by=BUILDER, user=trial.stranger, role=Role.PART, **own)
    visit = ann.visits.get(visit_num=4)
    when = datetime.combine(visit.target_on, time(10), ZoneInfo(trial.site.time_zone))
    services.schedule_visit(by=trial.coordinator, visit=visit, booking=Booking(when, trial.coordinator, "Room 2"))

    # When she signs in, on her phone, she sees it on her day
    phone = second_page
    sign_in(phone, trial.stranger, PHONE)
    expect(phone.get_by_text("Riverside, Room 2")).to_be_visible()
    look(phone, "participant's day")

    # And asks for another time in her own words
    phone.get_by_role("link", name="Ask to move").click()
    look(phone, "ask")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text(re.compile("thing to correct"))).to_be_visible()
    phone.get_by_label("When could you come?").fill("A day later would be better")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("You asked for another time")).to_be_visible()
    look(phone, "participant's visits")
    phone.goto("/my/record/")
    look(phone, "participant's record")
    phone.goto("/my/")
    listening(phone)

    # When the coordinator looks at the week
    sign_in(page, trial.coordinator)
    page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile("Appointments")).first.click()
    expect(page.get_by_text("A day later would be better")).to_be_visible()
    look(page, "week")
    page.get_by_role("complementary").or_(page.locator(".aside")).get_by_role("link", name="701-001").click()
    expect(page.locator("#panel").get_by_role("link", name="Move")).to_be_visible()
    look(page, "week with a record")

    # And moves the visit by a day; target and window stand
    page.locator("#panel").get_by_role("link", name="Move").click()
    form = page.locator("#dialog")
    form.get_by_label("Date and time").fill(f"{visit.target_on + timedelta(days=1)}T10:00")
    form.get_by_label("Why it moves").select_option("participant")
    form.get_by_role("button", name="Move the booking").click()
    expect(page.locator("#toasts").get_by_text("Visit moved.")).to_be_visible()
    visit.refresh_from_db()
    assert (visit.status, visit.appointments.count()) == ("rescheduled", 2)
    page.set_viewport_size({"width": 320, "height": 800})
    look(page, "week on a small screen")

    # Then the new time comes to Ann's phone by itself, and she says that she will be there
    expect(phone.get_by_text(f"{when + timedelta(days=1):%A}")).to_be_visible()
    look(phone, "moved visit")
    phone.get_by_role("button", name="I’ll be there").click()
    expect(phone.get_by_text("You will be there")).to_be_visible()

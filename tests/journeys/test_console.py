"""A monitor of the sponsor reads records in the console: coded, with their history, and as a file."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.journeys.steps import look, sign_in
from tests.support.safety import recorded, serious

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]
NAME = "Grace Okafor"


def test_a_monitor_filters_opens_a_record_reads_its_history_and_takes_a_file(page, trial):
    # Given a serious event and another one, of Grace
    subject = trial.on_treatment(full_name=NAME, first_dose_days_ago=5)
    serious(trial.coordinator, subject)
    recorded(trial.coordinator, subject)

    # When the monitor goes to the console
    sign_in(page, trial.monitor)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Console").first.click()
    look(page, "console")
    page.get_by_role("main").get_by_role("link", name="Adverse events", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(3)
    look(page, "list of the console")

    # And filters to what is under review
    page.get_by_role("link", name="Under review").click()
    expect(page.get_by_role("row")).to_have_count(2)
    look(page, "filtered list")
    assert NAME not in page.content()

    # Then the file has the filtered rows, without a name
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    text = Path(taken.value.path()).read_text()
    assert len(text.strip().splitlines()) == 2
    assert subject.subject_id in text
    assert NAME not in text

    # And the record tells its history, without a name
    page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_text("Nora Lindqvist").first).to_be_visible()
    look(page, "record of the console")
    assert NAME not in page.content()
    # And nothing on it can be changed
    assert page.get_by_role("main").locator("form").count() == 0

    # And a participant's record in the portal is as coded
    page.goto(reverse("subjects:subject", args=[subject.pk]))
    expect(page.get_by_role("heading", level=1)).to_contain_text(subject.subject_id)
    assert NAME not in page.content()

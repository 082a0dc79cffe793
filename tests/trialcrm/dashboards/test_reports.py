"""Reports: the numbers, and that each of them is exactly the records that it leads to."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from subjects import services
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock
from trialcrm.dashboards.selectors.reports.people import named

#: A number that is a link, as every template writes it.
KEY = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
NUMBER = re.compile(r'<a href="([^"]*/records/\?[^"]*)">(\d+)</a>')


def report(client, person, study, **query):
    client.force_login(person)
    return client.get(reverse("dashboards:report", args=[study.pk]), query)


def linked_numbers(page):
    return {unescape(url): int(number) for url, number in NUMBER.findall(page.content.decode())}


def counted(page, key):
    return next(n for url, n in linked_numbers(page).items() if url.endswith(f"of={key}"))


@pytest.fixture
def people(trial):
    """Somebody at every step at site 701, and one at site 702."""
    treated = trial.on_treatment(first_dose_days_ago=40)
    first, second, third = treated.visits.order_by("visit_num").filter(planned_visit__anchor="baseline")[:3]
    for visit in (first, second):
        services.complete_visit(by=trial.coordinator, visit=visit, started_on=clock.today(trial.site.time_zone))
    services.miss_visit(by=trial.coordinator, visit=third, reason="The participant was away")
    left = trial.on_treatment(first_dose_days_ago=20)
    services.lose_to_follow_up(
        by=trial.investigator, subject=left, ended_on=trial.today(), reason="Could not be reached any more"
    )
    trial.registered()
    trial.eligible()
    trial.on_treatment(site=trial.other_site, first_dose_days_ago=5)
    return trial


def test_every_number_is_exactly_the_records_that_it_leads_to(client, people):
    numbers = linked_numbers(report(client, people.manager, people.study))
    assert len(numbers) > 30
    found = {url: client.get(url).context["page"].total for url in numbers}
    assert found == numbers


def test_the_numbers_of_one_site_are_its_records(client, people):
    numbers = linked_numbers(report(client, people.manager, people.study, site=people.other_site.pk))
    assert all(f"site={people.other_site.pk}" in url for url in numbers)
    assert {url: client.get(url).context["page"].total for url in numbers} == numbers
    assert (
        counted(
            report(client, people.manager, people.study, site=people.other_site.pk),
            f"people%3Aassessed&site={people.other_site.pk}",
        )
        == 1
    )


def test_the_flow_adds_up_and_says_what_became_of_everybody(client, people):
    page = report(client, people.manager, people.study)
    steps = {bar.label: bar.value for bar in page.context["funnel"]}
    assert steps == {
        "Assessed for eligibility": 5,
        "Still in screening": 2,
        "Enrolled or randomised": 3,
        "Received treatment": 3,
        "Completed": 0,
        "Screen failed": 0,
    }
    assert page.context["consort"].error == ""
    assert ("Stopped early: Lost to follow-up", 1) in [row[:2] for row in page.context["consort"].rows]


def test_visits_are_counted_by_where_they_stood_to_their_window(client, people):
    total = report(client, people.coordinator, people.study).context["windows"].total
    done_in, early, late, missed = (count for count, _url in total.cells)
    assert (done_in + early + late, missed) == (2, 1)
    assert late


def test_staff_of_a_site_see_their_site_only(client, people):
    page = report(client, people.coordinator, people.study)
    assert counted(page, "people%3Aassessed") == 4
    # A key may hold the digits by chance.
    assert "702" not in KEY.sub("", page.content.decode())


def test_the_other_site_in_the_address_opens_nothing(client, people):
    page = report(client, people.coordinator, people.study, site=people.other_site.pk)
    assert page.context["place"].site is None


def test_a_number_that_the_report_does_not_have_is_no_page(client, people):
    client.force_login(people.manager)
    url = reverse("dashboards:report-records", args=[people.study.pk])
    for of in ("", "people:nobody", "visits:all:never", "visits:x:late", "events:MILD:odd", "adherence:odd", "odd:odd"):
        assert client.get(url, {"of": of}).status_code == 404, of


def test_nobody_else_comes_in(client, people):
    assert report(client, people.stranger, people.study).status_code == 403
    client.force_login(people.operator)
    assert client.get(reverse("dashboards:reports")).status_code == 403


def test_names_never_stand_in_a_report(client, people):
    page = report(client, people.coordinator, people.study)
    records = client.get(next(iter(linked_numbers(page))))
    assert b"Grace Okafor" not in page.content + records.content


@pytest.mark.parametrize("part", ["enrolment", "funnel", "flow", "visits", "events", "adherence", "sites"])
def test_every_part_is_a_file_and_taking_it_out_is_logged(client, people, part):
    answer = report(client, people.manager, people.study, format="csv", of=part)
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert part in answer["Content-Disposition"]
    assert lines
    assert AuditLog.objects.filter(action="report.exported", payload__what=part).exists()


def test_the_records_behind_a_number_are_a_file(client, people):
    client.force_login(people.manager)
    url = reverse("dashboards:report-records", args=[people.study.pk])
    answer = client.get(url, {"of": "people:randomised", "format": "csv"})
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 4


def test_the_queries_do_not_grow_with_the_people(client, people):
    report(client, people.manager, people.study)
    before = queries(client, people)
    for _number in range(3):
        people.on_treatment(first_dose_days_ago=40)
    assert queries(client, people) == before


def queries(client, people):
    with CaptureQueriesContext(connection) as captured:
        report(client, people.manager, people.study)
    return len(captured)


def test_reports_lead_to_the_only_study(client, people):
    client.force_login(people.manager)
    assert client.get(reverse("dashboards:reports")).url == reverse("dashboards:report", args=[people.study.pk])


def test_a_month_is_written_as_people_write_it():
    assert named("2026-02") == "Feb 2026"
    assert named("no month") == "no month"

"""The report of the CDISC pilot study against its published figures."""

import pytest

from tests.support.pilot import imported
from trialcrm.audit.acts import SystemActor
from trialcrm.dashboards.selectors import reports

pytestmark = pytest.mark.xdist_group("pilot")
READER = SystemActor("test")


@pytest.fixture(scope="module")
def place(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), imported() as study:
        yield reports.place_for(READER, study.pk)


@pytest.fixture(scope="module")
def people(place):
    return reports.people_of(place)


def test_visits_in_and_out_of_their_windows(place):
    windows = reports.windows(place)
    counts = {row.name: [count for count, _url in row.cells][:3] for row in windows.rows}
    assert [count for count, _url in windows.total.cells][:3] == [1204, 74, 289]
    assert windows.total.done == 1567
    assert counts["WEEK 2"] == [215, 11, 28]
    assert counts["WEEK 26"] == [75, 3, 33]


def test_enrolment_by_month(people):
    months = {month.label: month.total for month in reports.enrolment(people).months}
    assert [months["2012-12"], months["2013-12"], max(months.values())] == [52, 212, 254]


def test_the_flow_of_all_arms_together(people):
    steps = {bar.label: bar.value for bar in reports.funnel(people)}
    assert list(steps.values()) == [306, 0, 254, 254, 110, 52]
    consort = reports.consort(people)
    assert consort.error == ""
    rows = {label: count for label, count, _url in consort.rows}
    assert rows["Stopped early"] == 28 + 57 + 59
    assert rows["Stopped early: Adverse event"] == 92
    assert rows["Stopped early: Lost to follow-up"] == 2


def test_every_site_and_the_whole_agree(people):
    rows = reports.by_site(people)
    assert len(rows) == 17
    columns = zip(*([count for _label, count, _url in row["cells"]] for row in rows), strict=True)
    assert [sum(column) for column in columns] == [306, 52, 254, 0, 144, 110]


@pytest.mark.parametrize("of", ["people:stopped", "people:month:2013-05", "visits:all:late", "visits:all:missed"])
def test_what_is_counted_is_what_is_listed(place, people, of):
    counted = {
        "people:stopped": 144,
        "people:month:2013-05": next(m.count for m in reports.enrolment(people).months if m.label == "2013-05"),
        "visits:all:late": 289,
        "visits:all:missed": reports.windows(place).total.cells[3][0],
    }
    assert reports.records_behind(place, of).rows.count() == counted[of]

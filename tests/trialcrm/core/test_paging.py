"""Keyset paging: nothing is shown twice, nothing is left out."""

import pytest
from django.contrib.auth.models import Group
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialcrm.core.paging import Order, cursor_of, page_of, read_cursor, sort_heading

pytestmark = pytest.mark.django_db
BY_NAME = Order(("name", "id"))
SLOWLY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def groups() -> list[Group]:
    Group.objects.all().delete()
    names = [f"{letter}{number}" for letter in "cab" for number in range(5)]
    return sorted(Group.objects.bulk_create(Group(name=name) for name in names), key=lambda group: group.name)


def asked(url: str) -> QueryDict:
    return QueryDict(url.removeprefix("?"))


def walk(order: Order, size: int, start: str = "") -> list[list[Group]]:
    pages, url = [], start
    while True:
        page = page_of(Group.objects.all(), order, asked(url), size)
        pages.append(page.rows)
        if not page.next_url:
            return pages
        url = page.next_url


@pytest.mark.parametrize("size", [1, 2, 7, 14, 15, 16])
@pytest.mark.parametrize("fields", [("name", "id"), ("-name", "-id"), ("id",), ("-id",)])
def test_pages_in_a_row_are_the_whole_list(groups: list[Group], fields: tuple[str, ...], size: int) -> None:
    expected = list(Group.objects.order_by(*fields))

    pages = walk(Order(fields), size)

    assert [row for page in pages for row in page] == expected
    assert all(len(page) <= size for page in pages)


def test_one_can_go_back_to_where_one_came_from(groups: list[Group]) -> None:
    first = page_of(Group.objects.all(), BY_NAME, asked(""), 4)
    second = page_of(Group.objects.all(), BY_NAME, asked(first.next_url), 4)
    third = page_of(Group.objects.all(), BY_NAME, asked(second.next_url), 4)

    assert first.previous_url == ""
    assert page_of(Group.objects.all(), BY_NAME, asked(third.previous_url), 4).rows == second.rows
    back = page_of(Group.objects.all(), BY_NAME, asked(second.previous_url), 4)
    assert back.rows == first.rows
    assert back.previous_url == ""


def test_a_row_added_before_does_not_shift_the_next_page(groups: list[Group]) -> None:
    first = page_of(Group.objects.all(), BY_NAME, asked(""), 4)
    Group.objects.create(name="a00")

    assert page_of(Group.objects.all(), BY_NAME, asked(first.next_url), 4).rows == groups[4:8]


def test_the_filters_of_the_list_stay_in_the_address(groups: list[Group]) -> None:
    page = page_of(Group.objects.all(), BY_NAME, asked("?site=701&q=a b"), 4)

    assert asked(page.next_url)["site"] == "701"
    assert asked(page.next_url)["q"] == "a b"


def test_the_total_is_counted_where_it_is_cheap(groups: list[Group], monkeypatch: pytest.MonkeyPatch) -> None:
    assert (page_of(Group.objects.all(), BY_NAME, asked("")).total, len(groups)) == (15, 15)

    monkeypatch.setattr("trialcrm.core.paging.COUNT_LIMIT", 10)
    page = page_of(Group.objects.all(), BY_NAME, asked(""))
    assert (page.total, page.total_is_more) == (10, True)


def test_an_empty_list_leads_nowhere() -> None:
    page = page_of(Group.objects.none(), BY_NAME, asked(""))

    assert (page.rows, page.next_url, page.previous_url, page.total) == ([], "", "", 0)


@SLOWLY
@given(text=st.one_of(st.text(max_size=40), st.text("ABCDEFabcdef0123456789+-_=", max_size=60)))
def test_an_address_that_makes_no_sense_gives_the_first_page(groups: list[Group], text: str) -> None:
    query = QueryDict(mutable=True)
    query["page"] = text

    assert page_of(Group.objects.all(), BY_NAME, query, 4).rows == groups[:4]


@pytest.mark.parametrize(
    "values",
    [
        '["next", "x"]',
        '["sideways", "a", "1"]',
        '["next", "a", "no number"]',
        '["next", {"a": 1}, [2]]',
        '["next", "a\\u0000", "1"]',
        "7",
        '"next"',
    ],
)
def test_a_forged_position_gives_the_first_page(groups: list[Group], values: str) -> None:
    from base64 import urlsafe_b64encode

    query = QueryDict(mutable=True)
    query["page"] = urlsafe_b64encode(values.encode()).decode()

    assert page_of(Group.objects.all(), BY_NAME, query, 4).rows == groups[:4]


def test_a_heading_turns_the_order_round_and_begins_at_the_first_page() -> None:
    heading = sort_heading(asked("?site=701&page=abc"), "Id", "id", "-id")
    turned = sort_heading(asked(heading.url), "Id", "id", "-id")

    assert (heading.direction, turned.direction) == ("ascending", "descending")
    assert asked(heading.url).dict() == {"site": "701", "sort": "-id"}
    assert asked(turned.url)["sort"] == "id"


@pytest.mark.parametrize(
    ("value", "is_known"),
    [
        ("2026-01-01T00:00:00+23:59", False),
        ("2026-01-01 00:00:00-16:00", False),
        ("2026-1-1 0:00+23:59", False),
        ("2026-01-01 00:00:00+15:59", True),
        ("2026-01-01 00:00:00.123456+00:00", True),
        ("2026-01-01", True),
        ("2026-13-01T00:00:00+23:59", True),
        ("a", True),
    ],
)
def test_an_offset_that_the_database_does_not_know_is_no_place(value: str, is_known: bool) -> None:
    """PostgreSQL takes offsets of less than sixteen hours; what is no time at all is refused where it is compared."""
    assert bool(read_cursor(cursor_of([value, "1"], "next"), BY_NAME)) is is_known

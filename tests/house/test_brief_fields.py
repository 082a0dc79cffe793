"""Every mutable field of both product briefs is typed and changed by whom the brief names, and by nobody else.

The fields and where they are typed stand in `brief_fields`, the pages and who may send them in `brief_pages`.
"""

import inspect
import json
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.http import HttpResponseBase
from django.urls import NoReverseMatch, reverse

from tests.house import posting, walk
from tests.house.answers import rows
from tests.house.brief_fields import FIELDS
from tests.house.brief_pages import PAGES, Page
from tests.house.brief_rows import ACT, ADDRESS, OF_EVERY_CLASS, On, places
from tests.house.world import EVERYBODY, World, undone
from tests.support.days import ZONE
from trialcrm.core import clock

pytestmark = [pytest.mark.usefixtures("crawling"), pytest.mark.xdist_group("canary")]
BRIEFS = Path(walk.ROOT).parent / "shared" / "brief"
#: A line like “3. Subject: subjectId (String, required), dob; objectId (system).” in the text of a brief.
IN_WORDS = re.compile(r"^\d+\. (\w+)(?: \([^)]*\))?: (.*)$", re.MULTILINE)
DONE = {200, 204, 302, 303}
EVERY_PAGE = pytest.mark.parametrize("name", PAGES)


def classes_of(text: str) -> dict[str, set[str]]:
    """The classes of a brief with their fields: those of its JSON, and those that only its text lists."""
    found: dict[str, set[str]] = {}
    start = text.index('{\n  "classes"')
    for item in json.JSONDecoder().raw_decode(text[start:])[0]["classes"]:
        found.setdefault(item["className"], set()).update(item["fields"])
    for name, fields in IN_WORDS.findall(text):
        plain = re.sub(r"\([^)]*\)", "", fields).replace(";", ",").rstrip(".")
        found.setdefault(name, set()).update(word.strip() for word in plain.split(","))
    return found


@pytest.mark.skipif(not BRIEFS.exists(), reason="the product briefs are not beside the repository")
def test_every_field_of_both_briefs_has_its_row() -> None:
    wanted: dict[str, set[str]] = {}
    for brief in BRIEFS.glob("*.txt"):
        for name, fields in classes_of(brief.read_text()).items():
            wanted.setdefault(name, set()).update(fields - set(OF_EVERY_CLASS))
    assert len(wanted) == 15
    assert {name: set(fields) for name, fields in FIELDS.items() if name != "Behaviour"} == wanted


def test_every_row_says_where_a_field_is_typed_or_why_it_is_not() -> None:
    rows_of = {f"{name}.{field}": row for name, fields in FIELDS.items() for field, row in fields.items()}
    assert [name for name, row in rows_of.items() if not row.created or not row.changed] == []
    used = {on.page for row in rows_of.values() for on in places(row)}
    assert used == set(PAGES)


@EVERY_PAGE
def test_a_field_is_written_by_whom_the_brief_names_and_by_nobody_else(world: World, name: str) -> None:
    page = PAGES[name]
    record = page.about(world)
    others = [part for part in ("anonymous", *EVERYBODY) if part not in (*page.by, *page.own)]
    with undone():
        before = rows()
        assert [said for part in others if (said := refused(world, name, record, part))] == []
        assert rows() == before
    own = [part for part in page.own if part not in page.by]
    assert [part for part in own if reaches(world, name, record, part)] == []
    stands = shown(world, name, record, page.by[0])
    for part in page.by:
        with undone():
            assert written(world, name, record, part, stands) == []


# --- the person who may -----------------------------------------------------------------------------------------------


def written(world: World, name: str, record: Any, part: str, stands: dict[str, Any]) -> list[str]:
    """What is wrong after somebody has sent the page, with what stood in its form."""
    page, person = PAGES[name], person_of(world, part)
    before = {made.pk for made in table(page, record).all()}
    was = {on: read(fresh(record), on) for on in fields_on(name)} if not page.makes else {}
    typed = {**stands, **page.typed(world, person)}
    response = world.client(part).post(address(name, record), typed)
    if response.status_code not in DONE or errors_in(response):
        return [f"{part} gets {response.status_code} at {name}: {errors_in(response)}"]
    found = table(page, record).exclude(pk__in=before).order_by("-created_at").first() if page.makes else fresh(record)
    assert found is not None, f"{name} makes nothing"
    wanted = {on: as_text(expected(world, on, typed, record, person)) for on in fields_on(name)}
    wrong = [f"{on} is {read(found, on)}, not {text}" for on, text in wanted.items() if read(found, on) != text]
    return wrong + [f"{on} was {text} before" for on, text in wanted.items() if was.get(on) == text]


def shown(world: World, name: str, record: Any, part: str) -> dict[str, Any]:
    """What stands in the form that the page shows; every field that is to be typed is among its fields."""
    form = posting.form_in(world.client(part).get(address(name, record)))
    missing = {on.field for on in fields_on(name)} - {ACT, ADDRESS} - set(form.fields if form else ())
    assert not missing, f"{part} is not asked for {missing} at {name}"
    return posting.typed(form) if form else {}


def expected(world: World, on: On, typed: dict[str, Any], record: Any, person: Any) -> Any:
    if on.then is not None:
        return on.then(world, person) if callable(on.then) else on.then
    return record.pk if on.field == ADDRESS else typed[on.field]


# --- everybody else ---------------------------------------------------------------------------------------------------


def refused(world: World, name: str, record: Any, part: str) -> str:
    """What is wrong with the answer when somebody else sends the same; empty when they were refused."""
    page, url = PAGES[name], address(name, record)
    if page.token:
        url = url.replace(page.token, "no-such-token")
    response = world.client(part).post(url, page.typed(world, person_of(world, page.by[0])))
    allowed = {302} if part == "anonymous" else {404, 410} if page.token else {403, 404}
    return "" if response.status_code in allowed else f"{part} gets {response.status_code} at {name}"


def reaches(world: World, name: str, record: Any, part: str) -> bool:
    """Whether somebody whom the page lets in for what is their own touches the record of whom it is about."""
    page, first = PAGES[name], person_of(world, PAGES[name].by[0])
    with undone():
        before = state_of(page, world, record)
        world.client(part).post(address(name, record), page.typed(world, first))
        return state_of(page, world, record) != before


def state_of(page: Page, world: World, record: Any) -> Any:
    """How many records the canary has in the table; or the record itself, where the page changes it."""
    if page.makes:
        return table(page, record).filter(subject=world.canary.pk).count()
    return table(page, record).filter(pk=record.pk).values().get()


# --- addresses and values ---------------------------------------------------------------------------------------------


def person_of(world: World, part: str) -> Any:
    return None if part == "anonymous" else world.person(part)


def address(name: str, record: Any) -> str:
    page, route = PAGES[name], name.partition("/")[0]
    if page.token:
        return reverse(route, args=[page.token])
    try:
        return reverse(route) + page.query.format(pk=record.pk)
    except NoReverseMatch:
        return reverse(route, args=[record.pk])


def table(page: Page, record: Any) -> Any:
    return (apps.get_model(page.makes) if page.makes else type(record))._base_manager


def fresh(record: Model) -> Any:
    return type(record)._base_manager.get(pk=record.pk)


def errors_in(response: HttpResponseBase) -> Any:
    form = posting.form_in(response)
    return dict(form.errors) if form is not None and form.is_bound else {}


def fields_on(name: str) -> list[On]:
    """What is typed on a page, with the way to where it stands afterwards."""
    return _FIELDS_ON[name]


def _with_way(on: On, here: Any) -> On:
    return On(on.page, on.field, on.here or here, on.then)


_FIELDS_ON: dict[str, list[On]] = {name: [] for name in PAGES}
for _fields in FIELDS.values():
    for _row in _fields.values():
        for _on in places(_row):
            if _with_way(_on, _row.here) not in _FIELDS_ON[_on.page]:
                _FIELDS_ON[_on.page].append(_with_way(_on, _row.here))


def read(record: Any, on: On) -> str:
    """The value at the end of the way, as somebody would type it."""
    if callable(on.here):
        return as_text(on.here(record))
    value = record
    for step in on.here.split("."):
        value = getattr(value, step)
        value = value() if inspect.ismethod(value) else value
    return as_text(value)


def as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return clock.local(value, ZONE).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)

"""What the pages of the standing world answer: each is asked for once, because what a test changes there is undone."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.http import HttpResponseBase
from django.shortcuts import resolve_url

from tests.house import crawl, posting, walk
from tests.house.world import World, undone
from trialcrm.audit.models import AuditLog, LedgerEntry
from trialcrm.users.models import SignInAttempts

#: What looking at something, or a refusal, may write: its row in the log, and the count of wrong passwords.
NOTES_OF_ACTS = (AuditLog, LedgerEntry, SignInAttempts)
NOTES = {"django_session", *(model._meta.db_table for model in NOTES_OF_ACTS)}
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody gets at an address, with the reason and the form that the page shows them."""

    status_code: int
    headers: dict[str, str]
    text: str
    reason: str
    form: forms.BaseForm | None


def answer(world: World, part: str, url: str) -> Answer:
    """What one of the cast gets at an address, where looking may write nothing but that somebody looked."""
    known, client = world.answers, world.client(part)
    if (part, url) not in known:
        found = unwritten(lambda: heard(client.get(url)), lambda _answer: True, f"{part} at {url}")
        is_led = found.headers.get("Location", "").startswith(resolve_url(settings.LOGIN_URL))
        assert part == "anonymous" or not is_led, f"{part} is led from {url} to the sign-in"
        known[part, url] = found
    return known[part, url]


def heard(response: HttpResponseBase) -> Answer:
    reason, form = reason_in(response), posting.form_in(response)
    return Answer(response.status_code, dict(response.items()), crawl.text_of(response), reason, form)


def reason_in(response: HttpResponseBase) -> str:
    context = getattr(response, "context", None)
    return str(context.get("reason") or "") if context else ""


def unwritten(ask: Callable[[], Found], is_refused: Callable[[Found], bool], who: str) -> Found:
    """Ask for something and take it back; where it was refused, no table may have had another row meanwhile."""
    tables: set[str] = set()

    def listen(execute: Any, sql: str, *given: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            tables.add(sql.split('"', 2)[1])
        return execute(sql, *given)

    with undone():
        with connection.execute_wrapper(listen):
            answered = ask()
        # A refusal may undo what an act had begun to write: only the rows tell.
        is_doubtful = is_refused(answered) and not tables <= NOTES
        after = rows() if is_doubtful else {}
    assert not is_doubtful or rows() == after, f"{who} wrote"
    return answered


def rows() -> dict[str, int]:
    """How many rows each table and each history has, but for those that note reading, refusals and guesses."""
    with connection.cursor() as cursor:
        cursor.execute(_counting())
        return dict(cursor.fetchall())


@functools.cache
def _counting() -> str:
    labels = [config.label for config in walk.our_apps()]
    models = [model for model in apps.get_models() if model._meta.app_label in labels]
    tables = [model._meta.db_table for model in models if model not in NOTES_OF_ACTS]
    return " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)  # noqa: S608 - our own names

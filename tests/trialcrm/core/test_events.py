"""What happened is told upward, in three grades."""

import contextlib
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from trialcrm.core import events
from trialcrm.core.decisions import Refused, refused

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Rang:
    times: int


@dataclass(frozen=True)
class RangTwice(Rang):
    pass


@pytest.fixture(autouse=True)
def _no_subscriber_remains(monkeypatch: pytest.MonkeyPatch) -> None:
    for book in ("_facts", "_announcements", "_outside"):
        monkeypatch.setattr(events, book, type(getattr(events, book))(list))


def test_a_subscriber_hears_events_of_its_kind_and_of_kinds_below() -> None:
    heard: list[Any] = []
    events.part_of_fact(Rang)(heard.append)

    events.publish(RangTwice(2))
    events.publish("something else")

    assert heard == [RangTwice(2)]


def test_a_part_of_the_fact_may_refuse_and_undoes_it() -> None:
    @events.part_of_fact(Rang)
    def refuse(event: Rang) -> None:
        raise Refused(refused("Not after eight."))

    def ring() -> None:
        with transaction.atomic():
            Group.objects.create(name="bell")
            events.publish(Rang(1))

    with pytest.raises(Refused):
        ring()

    assert not Group.objects.filter(name="bell").exists()


def test_a_broken_announcement_is_logged_and_loses_nothing_but_itself(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Any] = []

    @events.announcement(Rang)
    def break_down(event: Rang) -> None:
        Group.objects.create(name="half an announcement")
        raise ZeroDivisionError

    events.announcement(Rang)(heard.append)
    with transaction.atomic():
        Group.objects.create(name="bell")
        events.publish(Rang(1))

    assert list(Group.objects.filter(name__in=["bell", "half an announcement"]).values_list("name", flat=True)) == [
        "bell"
    ]
    assert heard == [Rang(1)]
    assert "break_down failed for Rang" in caplog.text


def test_the_outside_world_hears_only_what_was_committed(django_capture_on_commit_callbacks: Any) -> None:
    heard: list[Any] = []
    events.outside_world(Rang)(heard.append)

    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            events.publish(Rang(1))
            assert heard == []
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            events.publish(Rang(2))
            raise ZeroDivisionError

    assert heard == [Rang(1)]


def test_one_broken_listener_outside_does_not_silence_the_next(django_capture_on_commit_callbacks: Any) -> None:
    heard: list[Any] = []

    @events.outside_world(Rang)
    def break_down(event: Rang) -> None:
        raise ZeroDivisionError

    events.outside_world(Rang)(heard.append)

    with django_capture_on_commit_callbacks(execute=True):
        events.publish(Rang(1))

    assert heard == [Rang(1)]


def test_where_nobody_can_be_watching_facts_are_told_and_news_are_not() -> None:
    facts: list[Any] = []
    news: list[Any] = []
    events.part_of_fact(Rang)(facts.append)
    events.announcement(Rang)(news.append)

    with events.without_announcements():
        events.publish(Rang(1))
    events.publish(Rang(2))

    assert facts == [Rang(1), Rang(2)]
    assert news == [Rang(2)]

"""The live stream: who hears what, when, and what is caught up."""

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from subjects import services
from trialcrm.access.scope import scope_of
from trialcrm.core import clock
from trialcrm.live import views
from trialcrm.live.hub import Told
from trialcrm.live.models import LiveEvent


def _told(trial, site, permission="view_visit"):
    return Told(1, "visit-changed", permission, trial.study.pk, site.pk, uuid.uuid4(), uuid.uuid4())


def _sight(user):
    return views.Sight(user.pk, scope_of(user))


def test_an_event_is_heard_only_where_its_permission_is_held(trial):
    own = _told(trial, trial.site)
    assert views.is_in_sight(_sight(trial.coordinator), own)
    assert not views.is_in_sight(_sight(trial.outsider), own)
    assert views.is_in_sight(_sight(trial.monitor), own)
    assert not views.is_in_sight(_sight(trial.monitor), _told(trial, trial.site, "view_subjectnote"))


def test_a_change_that_is_rolled_back_is_never_told(trial):
    subject = trial.registered()
    before = LiveEvent.objects.count()
    with transaction.atomic():
        services.write_note(by=trial.coordinator, subject=subject, note_type="call", note_text="Called back.")
        assert LiveEvent.objects.count() == before + 1
        transaction.set_rollback(True)
    assert LiveEvent.objects.count() == before


def test_an_event_carries_ids_and_no_words(trial):
    subject = trial.registered(full_name="Canary Zebra")
    services.write_note(by=trial.coordinator, subject=subject, note_type="call", note_text="Canary Zebra called.")
    event = LiveEvent.objects.filter(subject_id=subject.pk).latest("pk")
    told = Told(
        event.pk, event.kind, event.permission, event.study_id, event.site_id, event.subject_id, event.record_id
    )
    assert b"Canary" not in views.written(told)


def _signed_in(user):
    from django.contrib.auth import SESSION_KEY

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session.create()
    return session.session_key


def _run(story):
    """Run a coroutine in a thread of its own: where a browser test came before, this thread has a loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, story).result()


async def _hear(session, last, act, wanted, since=0):
    """What a stream says, up to the first part that holds `wanted`, while `act` runs elsewhere."""
    said = b""
    stream = views.stream(session, last, since)
    async with asyncio.timeout(10):
        said += await anext(stream)
        waiting = asyncio.create_task(asyncio.to_thread(act))
        while wanted not in said:
            said += await anext(stream)
        await waiting
    await stream.aclose()
    return said


@pytest.fixture
def committed(transactional_db):
    from tests.support.cast import Trial

    return Trial(is_watched=True)


def test_a_note_written_elsewhere_is_heard_on_an_open_stream(committed):
    subject = committed.registered()

    def write():
        from django.db import connection

        services.write_note(by=committed.coordinator, subject=subject, note_type="call", note_text="Called back.")
        connection.close()

    said = _run(_hear(_signed_in(committed.coordinator), 0, write, b"note-changed"))
    assert str(subject.pk).encode() in said


def _screened(trial):
    """A participant of whom streams have heard."""
    subject = trial.registered()
    screening = subject.screenings.get()
    services.pass_screening(
        by=trial.coordinator, screening=screening, decided_on=trial.today(), answers=trial.all_met()
    )
    return subject


def test_what_was_told_while_a_stream_was_broken_is_told_when_it_comes_back(committed):
    subject = _screened(committed)
    last = LiveEvent.objects.latest("pk").pk
    services.write_note(by=committed.coordinator, subject=subject, note_type="call", note_text="Called back.")
    said = _run(_hear(_signed_in(committed.coordinator), last, lambda: None, b"note-changed"))
    assert str(subject.pk).encode() in said


def test_what_was_told_between_a_page_and_its_stream_is_told_first(committed):
    subject = _screened(committed)
    made = int(clock.now().timestamp() * 1000)
    services.write_note(by=committed.coordinator, subject=subject, note_type="call", note_text="Called back.")
    said = _run(_hear(_signed_in(committed.coordinator), 0, lambda: None, b"note-changed", since=made))
    assert b"screening-changed" not in said


def test_no_moment_is_too_odd_for_a_stream(client, trial):
    client.force_login(trial.coordinator)
    for since in ("", "-1", "x", "9" * 40):
        assert client.get("/events", {"since": since}).status_code == 200


def test_a_stream_without_a_session_ends_at_once(committed):
    async def hear():
        return [part async for part in views.stream("no such session", 0)]

    assert _run(hear()) == [b"retry: 2000\n: open\n\n"]

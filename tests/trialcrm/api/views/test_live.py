"""The live stream for programs: who hears what, for how long, and how many at once."""

import asyncio
import gc
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import RequestFactory

from subjects import services
from tests.support.api import Caller, faults
from tests.trialcrm.api.views.rest.test_entering import token_of
from trialcrm.api.services.tokens import revoke_token
from trialcrm.api.views import live
from trialcrm.api.views.rest.entrances import api
from trialcrm.audit import context
from trialcrm.core import clock
from trialcrm.live.hub import Told
from trialcrm.live.models import LiveEvent
from trialcrm.live.subscribers import LINES
from trialcrm.live.views import is_in_sight
from trialcrm.users.services.accounts import deactivate_account


@pytest.fixture
def committed(transactional_db: Any) -> Any:
    from tests.support.cast import Trial

    return Trial(is_watched=True)


def run(story: Any) -> Any:
    """In a thread of its own: where a browser test came before, this thread has a loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, story).result()


def called(token: Any, last: int = 0, **asked: str) -> live.Listener:
    headers = {"Authorization": f"Bearer {token.secret}", "Last-Event-ID": str(last)}
    return live._listener(RequestFactory().get("/api/v1/events", asked, headers=headers))


async def heard(listener: live.Listener, wanted: bytes) -> bytes:
    """What a stream says, up to the first part that holds `wanted`."""
    said, parts = b"", aiter(live.Stream(listener))
    async with asyncio.timeout(10):
        async for part in parts:
            said += part
            if wanted in said:
                break
    await parts.aclose()
    return said


def written(trial: Any, subject: Any) -> None:
    services.write_note(by=trial.coordinator, subject=subject, note_type="call", note_text="Called back.")


def test_without_token_or_session_nothing_is_heard(trial: Any) -> None:
    answer = Caller().get("events")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert Caller(token="trialcrm_" + "x" * 43).get("events").status_code == 401


def test_a_session_and_a_token_open_a_stream(trial: Any) -> None:
    for caller in (Caller(trial.coordinator), Caller(token=token_of(trial.coordinator).secret)):
        answer = caller.get("events", kinds="visit-changed, note-changed", study=trial.study.pk)
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/event-stream")
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("last", ["", "-1", "x", "²", "9" * 40])
def test_no_place_is_too_odd_to_resume_at(trial: Any, last: str) -> None:
    nora = Caller(trial.coordinator)
    address = "/api/v1/events"
    assert nora.client.get(address, headers={"Last-Event-ID": last}).status_code == 200
    assert nora.client.get("/events", headers={"Last-Event-ID": last}).status_code == 200


@pytest.mark.parametrize(("name", "value"), [("kinds", "visit-changed,gossip"), ("study", "mine"), ("colour", "red")])
def test_what_cannot_be_asked_is_told(trial: Any, name: str, value: str) -> None:
    answer = Caller(trial.coordinator).get("events", **{name: value})
    assert answer.status_code == 422
    assert set(faults(answer)) == {name}


def test_a_token_that_does_not_read_hears_nothing(trial: Any) -> None:
    answer = Caller(token=token_of(trial.coordinator, "create").secret).get("events")
    assert answer.status_code == 403
    assert Caller(trial.coordinator).post("events").status_code == 405


def test_what_was_told_meanwhile_comes_first_and_only_what_was_asked_for(committed: Any) -> None:
    token = token_of(committed.coordinator)
    subject = committed.registered()
    last = LiveEvent.objects.latest("pk").pk
    written(committed, subject)
    said = run(heard(called(token, last, kinds="note-changed"), b"note-changed"))
    assert str(subject.pk).encode() in said
    assert b"screening-changed" not in said
    assert not live.streams_of(committed.coordinator.pk)


def test_a_stream_ends_when_its_token_is_revoked(committed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of(committed.coordinator)
    listener = called(token)
    revoke_token(by=committed.coordinator, token=token)

    async def all_of_it() -> list[bytes]:
        return [part async for part in live.Stream(listener)]

    assert run(all_of_it()) == [b"retry: 2000\n: open\n\n"]


def sight(token: Any) -> Any:
    return live._look(token.pk)


@pytest.fixture
def told(trial: Any) -> Any:
    def at(site: Any, permission: str = "view_visit", **facts: Any) -> Told:
        return Told(1, "visit-changed", permission, site.study_id, site.pk, uuid.uuid4(), uuid.uuid4(), **facts)

    return at


def test_a_token_for_one_site_hears_of_that_site(trial: Any, told: Any) -> None:
    limited, whole = token_of(trial.monitor, site_ids=[trial.site.pk]), token_of(trial.monitor)
    assert [is_in_sight(sight(limited), told(site)) for site in (trial.site, trial.other_site)] == [True, False]
    assert [is_in_sight(sight(whole), told(site)) for site in (trial.site, trial.other_site)] == [True, True]


def test_what_one_person_is_told_is_not_heard_with_a_token_for_certain_places(trial: Any) -> None:
    notice = Told(1, "notified", "", None, None, None, uuid.uuid4(), person_id=trial.monitor.pk)
    assert called(token_of(trial.monitor)).wanted(notice)
    assert not called(token_of(trial.monitor, study_ids=[trial.study.pk])).wanted(notice)


def test_a_token_is_looked_at_again(trial: Any) -> None:
    token = token_of(trial.monitor)
    assert sight(token).user_id == trial.monitor.pk
    with clock.frozen(clock.now() + timedelta(days=40)):
        assert sight(token) is None
    deactivate_account(by=trial.operator, user=trial.monitor, reason="Left the company")
    assert sight(token) is None
    assert context.bound(("limit", trial.monitor.pk)) is None


@pytest.fixture(autouse=True)
def nobody_listens() -> None:
    """What earlier tests left open is over."""
    live._open.clear()


@pytest.fixture
def burst(trial: Any) -> list[Any]:
    """As many calls as one person may have streams, answered and not yet heard."""
    nora = Caller(trial.coordinator)
    answers = [nora.get("events") for _number in range(live.MOST_STREAMS)]
    assert {answer.status_code for answer in answers} == {200}
    return answers


def closed(answers: list[Any]) -> None:
    """As a server does; the connection of the test stays open."""
    request_finished.disconnect(close_old_connections)
    answers[0].close()
    request_finished.connect(close_old_connections)


def test_streams_are_counted_before_they_are_heard(trial: Any, burst: list[Any]) -> None:
    answer = Caller(trial.coordinator).get("events")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert Caller(trial.monitor).get("events").status_code == 200


@pytest.mark.parametrize("end", [closed, list.pop])
def test_a_stream_that_was_never_heard_gives_its_place_back(trial: Any, burst: list[Any], end: Any) -> None:
    """It is closed, or whoever called was gone before the answer and nobody holds it any longer."""
    end(burst)
    gc.collect()
    assert Caller(trial.coordinator).get("events").status_code == 200


def test_everything_that_is_told_has_a_name_for_programs() -> None:
    assert {line.kind for line in LINES.values()} | {"notified"} == set(live.KINDS)


def test_the_document_says_how_to_listen() -> None:
    document = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
    described = document["paths"]["/api/v1/events"]["get"]
    assert "text/event-stream" in described["responses"]["200"]["content"]
    assert {item["name"] for item in described["parameters"]} == {"kinds", "study", "Last-Event-ID"}
    assert {name for way in described["security"] for name in way} <= set(document["components"]["securitySchemes"])

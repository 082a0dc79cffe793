"""How quickly a change reaches two hundred open pages, and whether any is lost when the listener's connection is cut.

Run by hand: `.venv/bin/python -m pytest tests/bench/bench_live.py -s -n 0`. Times depend on the machine, so this is no
test of the suite; that nothing is lost is also tested there.
"""

import asyncio
import re
import statistics
import threading
import time
import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from tests.support.cast import Trial
from trialcrm.live.subscribers import tell

STREAMS = 200
EVENTS = 150
PAUSE = 0.05
IDS = re.compile(rb"^id: (\d+)\n", re.MULTILINE)


def test_streams(portal: str) -> None:
    trial = Trial()
    people = (trial.coordinator, trial.investigator, trial.pharmacist, trial.monitor)
    cookies = [_session(people[number % len(people)]) for number in range(STREAMS)]
    told: dict[int, float] = {}
    heard = asyncio.run(_listen(portal, cookies, lambda: _write(trial, told)))
    calm = _delays(told, heard, list(told)[: EVENTS // 2])
    missing = sum(len(set(told) - set(times)) for times in heard)
    print(  # noqa: T201
        f"\n{STREAMS} streams, {EVENTS} events: p50 {statistics.median(calm) * 1000:.0f} ms, "
        f"p95 {statistics.quantiles(calm, n=20)[-1] * 1000:.0f} ms, most {max(calm) * 1000:.0f} ms; "
        f"lost after the cut: {missing} of {STREAMS * EVENTS}"
    )
    assert missing == 0


def _session(user: object) -> str:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _write(trial: Trial, told: dict[int, float]) -> None:
    """Half of the events in peace; then the listener loses its connection, and the rest follow at once."""
    place = {"study_id": trial.study.pk, "site_id": trial.site.pk}
    for number in range(EVENTS):
        if number == EVENTS // 2:
            time.sleep(1)
            _cut()
        with transaction.atomic():
            tell("visit-changed", uuid.uuid4(), permission="view_visit", **place)
            with connection.cursor() as cursor:
                cursor.execute("SELECT max(id) FROM live_liveevent")
                (key,) = cursor.fetchone()
            began = time.monotonic()
        told[key] = began
        time.sleep(PAUSE)
    connection.close()


def _cut() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
        )
        assert cursor.fetchone()[0] >= 1


async def _listen(portal: str, cookies: list[str], write: object) -> list[dict[int, float]]:
    address = urlsplit(portal)
    opened = asyncio.Semaphore(0)
    heard: list[dict[int, float]] = [{} for _cookie in cookies]
    tasks = []
    for cookie, times in zip(cookies, heard, strict=True):
        tasks.append(asyncio.create_task(_stream(address.hostname, address.port, cookie, times, opened)))
        await asyncio.wait_for(opened.acquire(), 60)
    writer = threading.Thread(target=write)  # type: ignore[arg-type]
    writer.start()
    until = time.monotonic() + 60
    while time.monotonic() < until and (writer.is_alive() or any(len(times) < EVENTS for times in heard)):
        await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    return heard


async def _stream(host: str | None, port: int | None, cookie: str, times: dict[int, float], opened: object) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    head = f"GET /events HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n"
    writer.write(head.encode())
    try:
        while line := await reader.readline():
            if line.startswith(b": open"):
                opened.release()  # type: ignore[attr-defined]
            elif found := IDS.match(line):
                times.setdefault(int(found[1]), time.monotonic())
    finally:
        writer.close()


def _delays(told: dict[int, float], heard: list[dict[int, float]], keys: list[int]) -> list[float]:
    return [times[key] - told[key] for times in heard for key in keys if key in times]

from datetime import UTC, datetime, timedelta

import pytest

from trialcrm.users.domain import Ending, LockRule, SessionRule, browser_and_system

RULE = LockRule(attempts=3, span=timedelta(minutes=15))
SESSIONS = SessionRule(idle=timedelta(minutes=15), absolute=timedelta(hours=12))
START = datetime(2026, 3, 9, 14, tzinfo=UTC)


def after(*minutes: float) -> list[datetime]:
    return [START + timedelta(minutes=minute) for minute in minutes]


@pytest.mark.parametrize(
    ("failures", "now", "until"),
    [
        ((), 0, None),
        ((0, 1), 2, None),
        ((0, 1, 2), 2, 17),
        ((0, 1, 14.9), 29.8, 29.9),
        ((0, 1, 2), 17, None),
        ((0, 1, 15), 15, None),
        ((0, 10, 12, 14), 20, 29),
    ],
)
def test_lock_begins_with_the_last_attempt_allowed_within_the_span_and_lasts_as_long(
    failures: tuple[float, ...], now: float, until: float | None
) -> None:
    expected = after(until)[0] if until is not None else None
    assert RULE.locked_until(after(*failures), after(now)[0]) == expected


def test_attempts_older_than_the_span_no_longer_count() -> None:
    assert RULE.recent(after(0, 1, 14), after(15)[0]) == after(1, 14)


@pytest.mark.parametrize(
    ("started", "seen", "ending"),
    [
        (0, 0, None),
        (0, 15 * 60 - 1, None),
        (15 * 60, 15 * 60, Ending.IDLE),
        (12 * 3600, 0, Ending.AGE),
        (12 * 3600, 15 * 60, Ending.AGE),
    ],
)
def test_session_ends_when_idle_and_in_any_case_when_it_is_too_old(
    started: float, seen: float, ending: Ending | None
) -> None:
    now = 1_000_000.0
    assert SESSIONS.ending(now - started, now - seen, now) == ending


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", ("Chrome", "Linux")),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126", ("Edge", "Windows")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", ("Safari", "iPhone")),
        ("Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", ("Firefox", "Android")),
        ("", ("", "")),
    ],
)
def test_device_is_called_what_people_call_it(header: str, names: tuple[str, str]) -> None:
    assert browser_and_system(header) == names

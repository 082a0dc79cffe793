"""Stories that are told in turns, so that everything happens in the order of time, at its own moment, up to now.

A story is a generator: it yields the moment at which it goes on. What lies after now never happens, so a story need
not know where it ends.
"""

from collections.abc import Generator, Iterable
from datetime import datetime
from heapq import heappop, heappush
from typing import Any

from trialcrm.audit import context
from trialcrm.core import clock

Story = Generator[datetime, None, None]


def play(stories: Iterable[Story], now: datetime, kept: dict[Any, Any] | None = None) -> dict[Any, Any]:
    """Let every story run up to now. Each step is a request of its own, with the clock held at its moment.

    Returns what was kept, for stories of the same people that are played next.
    """
    kept = {} if kept is None else kept
    queue: list[tuple[datetime, int, Story]] = []
    for turn, story in enumerate(stories):
        _wait(queue, turn, story, next(story), now)
    while queue:
        at, turn, story = heappop(queue)
        with clock.frozen(at), context.request() as request:
            # Rights are looked up once for all steps: they change only where a story gives a role, which forgets them.
            request.remembered = kept
            upcoming = next(story, None)
        if upcoming is not None:
            _wait(queue, turn, story, max(upcoming, at), now)
    return kept


def in_turns(stories: Iterable[Story], now: datetime) -> Story:
    """Several stories as one, each going on when its moment comes; what lies after now never happens."""
    waiting = [(next(story), turn, story) for turn, story in enumerate(stories)]
    while waiting:
        waiting.sort(key=lambda item: item[:2])
        at, turn, story = waiting.pop(0)
        if at > now:
            return
        yield at
        upcoming = next(story, None)
        if upcoming is not None:
            waiting.append((max(upcoming, at), turn, story))


def _wait(queue: list[tuple[datetime, int, Story]], turn: int, story: Story, until: datetime, now: datetime) -> None:
    if until <= now:
        heappush(queue, (until, turn, story))

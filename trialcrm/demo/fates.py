"""The stories of participants: which stages each fate consists of."""

from collections.abc import Callable, Iterator

from . import screening, treatment
from .clockwork import Story
from .life import Fate, Life
from .plans import plans
from .standings import stand
from .world import World

_F = Fate
Stage = Callable[[Life], Story]
_INTO = (screening.consented, screening.tested)
_WAITING = (screening.consented, screening.first_answers, screening.tested, screening.answered)
_IN = (*_INTO, screening.passed, screening.confirmed)
_AGAIN = (*_INTO, screening.failed, screening.tried_again, screening.waited_for_results)
_ON = (*_IN, treatment.allocated, treatment.dosed)
_TO_FOLLOW_UP = (*_ON, treatment.seen_to_the_end_of_treatment, treatment.followed)

STAGES: dict[Fate, tuple[Stage, ...]] = {
    _F.LISTED: (screening.listed,),
    _F.FRESH: _WAITING,
    _F.TESTED_TODAY: (screening.consented, screening.first_answers, screening.tested_today),
    _F.OLD: _WAITING,
    _F.OVER: _WAITING,
    _F.PASSED: (*_INTO, screening.passed),
    _F.FAILED: (*_INTO, screening.failed),
    _F.GAVE_UP: (screening.consented, screening.gave_up),
    _F.RESCREENED: (*_INTO, screening.failed, screening.tried_again, screening.first_answers),
    _F.FAILED_TWICE: (*_AGAIN, screening.failed),
    _F.LEFT_EARLY: (screening.consented, screening.left_early),
    _F.ELIGIBLE: (*_IN, treatment.baseline_booked),
    _F.ALLOCATED: (*_IN, treatment.allocated, treatment.baseline_booked),
    _F.FIRST_DOSE_TODAY: (*_IN, treatment.allocated, stand),
    _F.TREATED: (*_ON, treatment.seen, stand),
    _F.SECOND_TRY: (
        *_AGAIN, screening.passed, screening.confirmed, treatment.allocated, treatment.dosed, treatment.seen, stand,
    ),
    _F.STOPPED: (*_ON, treatment.seen, treatment.stopped, stand),
    _F.FOLLOWED: (*_TO_FOLLOW_UP, stand),
    _F.COMPLETED: (*_TO_FOLLOW_UP, treatment.completed),
    _F.WITHDREW: (*_ON, treatment.seen, treatment.withdrew),
    _F.LOST: (*_ON, treatment.seen, treatment.lost),
    _F.FOUND: (*_ON, treatment.seen, treatment.lost, treatment.found),
    _F.DIED: (*_ON, treatment.seen, treatment.died),
}  # fmt: skip


def lives(world: World) -> Iterator[Story]:
    """The stories of all participants."""
    for plan in plans(world):
        yield _story(Life(world, plan))


def _story(life: Life) -> Story:
    for stage in STAGES[life.plan.fate]:
        yield from stage(life)

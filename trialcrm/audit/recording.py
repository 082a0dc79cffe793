"""Making a service one recorded act.

`@recorded("visit.completed", ...)` opens the transaction, binds the act to everything written inside, and writes
the act's own row to the log before commit. If that row cannot be written, nothing is.
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models, transaction

from trialcrm.core.decisions import Refused, Words

from . import acts, context
from .log import write

F = TypeVar("F", bound=Callable[..., Any])


def recorded(action: str, says: Words) -> Callable[[F], F]:
    """Make a service one recorded act.

    Args:
        action: the act's name for searching, like "visit.completed".
        says: the act in words, past tense, shown to people.

    The service is keyword-only, takes `by` (a user, or SystemActor) and may take `reason`. The record that it is
    about is what it returns. A refusal is logged once, after the transaction was undone; an inner refusal that the
    outer act catches is logged with the outer act.
    """

    def wrap(service: F) -> F:
        @functools.wraps(service)
        def run(*, by: Any, **given: Any) -> Any:
            act = acts.Act(action, says, by, str(given.get("reason") or ""))
            try:
                return _perform(act, lambda: service(by=by, **given))
            except BaseException as error:
                act.undone()
                context.forget()
                if isinstance(error, Refused):
                    _keep_refusal(act, error, given)
                raise

        run.action = action  # type: ignore[attr-defined]
        acts.SAID[action] = says
        return run  # type: ignore[return-value]

    return wrap


def _perform(act: acts.Act, service: Callable[[], Any]) -> Any:
    with transaction.atomic():
        with acts.under_way(act):
            result = service()
            if act.about is None and isinstance(result, models.Model):
                act.about = result
            acts.check(act)
            write(act)
        for inner, refusal in act.refusals:
            _log_refusal(inner, refusal)
    _hand_over_undo(act)
    return result


def _hand_over_undo(act: acts.Act) -> None:
    """What an inner act saved is undone with the outer one."""
    outer = acts.current()
    if outer is not None:
        outer.undo.extend(act.undo)
    act.undo.clear()


def _keep_refusal(act: acts.Act, refusal: Refused, given: dict[str, Any]) -> None:
    """Log a refusal once: by the outermost act when all is undone, or by the outer act that caught it and went on."""
    act.about = act.about or next((value for value in given.values() if isinstance(value, models.Model)), None)
    outer = acts.current()
    if outer is None:
        _log_refusal(act, refusal)
    else:
        outer.refusals.append((act, refusal))


def _log_refusal(act: acts.Act, refusal: Refused) -> None:
    act.facts["refused"] = str(refusal)
    write(act, outcome="refused")

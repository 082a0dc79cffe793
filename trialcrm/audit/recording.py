"""Making a service one recorded act.

`@recorded("visit.completed", ...)` opens the transaction, binds the act to everything written inside, and writes
the act's own row to the log before commit. If that row cannot be written, nothing is.
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models, transaction

from trialcrm.core.decisions import Refused, Words

from . import acts
from .log import write

F = TypeVar("F", bound=Callable[..., Any])


def recorded(action: str, says: Words) -> Callable[[F], F]:
    """Make a service one recorded act.

    Args:
        action: the act's name for searching, like "visit.completed".
        says: the act in words, past tense, shown to people.

    The service is keyword-only, takes `by` (a user, or SystemActor) and may take `reason`. The record that it is
    about is what it returns. Refusals are logged after the transaction was undone.
    """

    def wrap(service: F) -> F:
        @functools.wraps(service)
        def run(*, by: Any, **given: Any) -> Any:
            act = acts.Act(action, says, by, str(given.get("reason") or ""))
            try:
                return _perform(act, lambda: service(by=by, **given))
            except Refused as refusal:
                _log_refusal(act, refusal, given)
                raise

        run.action = action  # type: ignore[attr-defined]
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
    return result


def _log_refusal(act: acts.Act, refusal: Refused, given: dict[str, Any]) -> None:
    """Log a refusal once, by the outermost act: an inner one is still inside the transaction to be undone."""
    if acts.current() is not None:
        return
    act.about = act.about or next((value for value in given.values() if isinstance(value, models.Model)), None)
    act.written.clear()
    act.facts["refused"] = str(refusal)
    write(act, outcome="refused")

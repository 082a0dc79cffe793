"""Policies by name, so that a page can ask the same rule that the service will ask.

A rule is a function `(user, record) -> Decision` in an app's `policies`; its name in a page is `<app>.<function>`.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps

from trialcrm.core.decisions import ALLOWED, Decision, Words, refused

from .scope import scope_of

Rule = Callable[[Any, Any], Decision]


@cache
def rule(name: str) -> Rule:
    """The policy of that name.

    Raises:
        LookupError: there is none; a page asked for a rule that nobody wrote.
    """
    app, _, function = name.partition(".")
    found = getattr(import_module(f"{apps.get_app_config(app).name}.policies"), function, None)
    if found is None:
        raise LookupError(f"There is no policy {name}.")
    return found


def holds(user: Any, permission: str, record: Any, otherwise: Words) -> Decision:
    """Whether the person's role carries the permission at the record's place; if not, the sentence given."""
    return ALLOWED if scope_of(user).may(permission, record) else refused(otherwise)

"""Addresses with records put in, requests by everybody, and what an answer tells."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import HttpResponseBase
from django.urls import reverse

from subjects.domain.participation import MOVES
from subjects.domain.permissions import Perm
from tests.house import walk
from tests.house.world import World
from trialcrm.access.gates import Gate, may_enter
from trialcrm.access.querysets import view_permission
from trialcrm.access.roles import Role
from trialcrm.access.scope import scope_of
from trialcrm.audit.models import AuditedBase

#: What stands for a part of an address that is no record.
VALUES: dict[str, list[Any]] = {
    "key": ["set-password"],
    "move": [move.slug for move in MOVES],
    "operation": ["visits_create", "visits_list"],
    # Nobody's; links that open have tests of their own, in `test_links.py`.
    "provider_id": ["nobody"],
    "session": [0],
    "token": ["no-such-token"],
    "uidb36": ["1"],
}
#: The key of a row that is no table of ours: a person's own security key.
KEYS: dict[str, list[Any]] = {"mfa_remove_webauthn": [0]}
#: Words of addresses that are not what their table is called.
OTHER_WORDS = {
    "access-requests": "subjects.AccessRequest",
    "delegations": "subjects.DelegationEntry",
    "invitations": "subjects.OfferedRole",
}
#: What a participant may do with what is their own.
OWN = "own_"
#: Streams, whose answers have no end; their sight is tested with them.
ENDLESS = {"live:events"}
HTMX = {"HX-Request": "true"}
Records = Callable[[type[Model]], list[Any]]


@dataclass(frozen=True)
class Address:
    """A route with a record put in."""

    route: walk.Route
    url: str
    record: Any = None

    def __str__(self) -> str:
        return f"{self.route.name} {self.url}"


@cache
def model_of(noun: str) -> type[Model] | None:
    """The table that a word of an address is about: `visits` is about Visit, `imports` about ImportRun."""
    if noun in OTHER_WORDS:
        return apps.get_model(OTHER_WORDS[noun])
    for model in walk.our_models():
        meta = model._meta
        names = (meta.model_name, meta.verbose_name, meta.verbose_name_plural)
        words = {str(name).replace(" ", "-") for name in names}
        if noun in words | {f"{word}s" for word in words}:
            return model
    return None


def routes() -> list[walk.Route]:
    """Every route whose answers come to an end."""
    return [route for route in walk.routes() if route.name not in ENDLESS]


def addresses(route: walk.Route, records: Records) -> list[Address]:
    """The route's addresses, one for each record and each other value that can be put in."""
    return [found for values in other_values(route) for found in with_records(route, values, records)]


def other_values(route: walk.Route) -> list[dict[str, Any]]:
    """Every choice of what can be put in besides records."""
    known = VALUES | ({"pk": KEYS[route.name]} if route.name in KEYS else {})
    names = [name for name in route.arguments if name in known]
    return [dict(zip(names, values, strict=True)) for values in product(*(known[name] for name in names))]


def with_records(route: walk.Route, values: dict[str, Any], records: Records) -> list[Address]:
    """The route with the values given, once for each record that can be put in."""
    if "model" in route.arguments:
        models = [model for model in walk.our_models() if issubclass(model, AuditedBase)]
        return [_filled(route, record, {**values, **named(record)}) for m in models for record in records(m)]
    if "pk" not in route.arguments or "pk" in values:
        return [_filled(route, None, values)]
    model = model_of(route.noun)
    assert model is not None, f"{route.path}: no table is called {route.noun}"
    return [_filled(route, record, {**values, "pk": record.pk}) for record in records(model)]


def first_of(records: Records) -> Records:
    """Of each table only the first record."""
    return lambda model: records(model)[:1]


def one_for_each_right(records: Records) -> Records:
    """Of tables that the same right opens, only the first."""
    seen: dict[str, type[Model]] = {}
    return lambda model: records(model) if seen.setdefault(view_permission(model), model) is model else []


def named(record: Any) -> dict[str, Any]:
    return {"app_label": record._meta.app_label, "model": record._meta.model_name, "pk": record.pk}


def _filled(route: walk.Route, record: Any, values: dict[str, Any]) -> Address:
    return Address(route, reverse(route.name, kwargs=values), record)


# --- what is expected -------------------------------------------------------------------------------------------------


def gate_of(address: Address) -> Gate:
    assert address.route.gate is not None
    return address.route.gate


def may_pass(world: World, part: str, address: Address) -> bool:
    """Whether the view's gate lets somebody in at all."""
    permission = gate_of(address).permission
    return part != "anonymous" and (not permission or bool(may_enter(world.person(part), permission)))


def sees(world: World, part: str, address: Address) -> bool:
    """Whether the record lies in somebody's sight; True where nothing says who sees such records."""
    rows: Any = type(address.record)._default_manager.all() if address.record else None
    if address.record is None or not hasattr(rows, "visible_to"):
        return True
    person, permission = world.person(part), gate_of(address).permission
    if (field := getattr(address.record, "person_field", "")) and gate_of(address).personal:
        return bool(getattr(address.record, field) == person.pk)
    if is_of_a_participant(address) and not holds(world, part, Perm.VIEW_IDENTITY):
        return False
    own = [permission] if permission.startswith(OWN) else []
    return rows.visible_to(person, *own).filter(pk=address.record.pk).exists()


def is_of_a_participant(address: Address) -> bool:
    """Whether it is about an invitation that says who a participant is."""
    is_offer = address.record is not None and address.record._meta.label == OTHER_WORDS["invitations"]
    return is_offer and "model" not in address.route.arguments and bool(address.record.role == Role.PART)


def holds(world: World, part: str, permission: str) -> bool:
    """Whether somebody holds a right at site 701."""
    return part != "anonymous" and world.site.pk in scope_of(world.person(part)).site_ids(permission)


# --- asking and listening ---------------------------------------------------------------------------------------------


def text_of(response: HttpResponseBase) -> str:
    """Everything that an answer says: body, headers and cookies."""
    heads = [f"{name}: {value}" for name, value in response.items()]
    return "\n".join([*heads, response.cookies.output(), body_of(response)])


def body_of(response: HttpResponseBase) -> str:
    if response.get("Content-Type", "").startswith("text/event-stream"):
        response.close()
        return ""
    parts = response.streaming_content if response.streaming else [response.content]  # type: ignore[attr-defined]
    return b"".join(parts).decode()

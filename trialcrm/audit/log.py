"""Writing rows of the log, and reading acts that change nothing but must be known."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from trialcrm.core import clock
from trialcrm.core.decisions import Words

from . import context
from .acts import Act, Written
from .models import AuditLog

#: The role under which participants act for themselves.
PARTICIPANT = "part"
RoleResolver = Callable[[Any, dict[str, Any]], str]
_resolve_role: list[RoleResolver] = []


def resolve_role_with(resolver: RoleResolver) -> RoleResolver:
    """Bind the function that knows in which role somebody acts at a place (a package above knows that)."""
    _resolve_role[:] = [resolver]
    return resolver


def write(act: Act, outcome: str = "done") -> AuditLog:
    """Write the act's row, in the transaction of what it did."""
    request = context.facts()
    place = place_of(act.about) if act.about else _common_place(act)
    role = act.role or (_resolve_role[0](act.actor, place) if _resolve_role else "")
    entry = AuditLog(
        id=act.id,
        at=act.at,
        actor_id=act.actor.pk,
        actor_name=_printed_name(act, role),
        role=role,
        action=act.action,
        entity_type=act.about._meta.label if act.about else "",
        entity_id=str(act.about.pk) if act.about else "",
        summary=act.summary or (f"{act.says}: {act.about}" if act.about else str(act.says)),
        reason=act.reason,
        payload={**act.facts, **({"token": request.token} if request.token else {}), **_written(act, place)},
        outcome=outcome,
        request_id=request.request_id,
        address_digest=request.address_digest,
        **place,
    )
    entry.save(force_insert=True)
    return entry


def _printed_name(act: Act, role: str) -> str:
    """The name as it is at this time; a participant's own never enters the log, which coded readers see."""
    return str(_("Participant")) if role == PARTICIPANT else act.actor_name


def note(
    action: str, says: Words, *, by: Any, about: models.Model | None = None, facts: dict[str, Any] | None = None
) -> AuditLog:
    """Log an act that changes no row: reading identified data, exporting, signing in (45 CFR 164.312(b))."""
    return write(Act(action, says, by, "", at=clock.now(), about=about, facts=facts or {}))


def place_of(record: models.Model | None) -> dict[str, Any]:
    """The study, site and subject that a record belongs to."""
    if record is None:
        return {"study_id": None, "site_id": None, "subject_id": None}
    own = {
        settings.ACCESS_STUDY_MODEL: "study_id",
        settings.ACCESS_SITE_MODEL: "site_id",
        settings.ACCESS_SUBJECT_MODEL: "subject_id",
    }
    place = {name: getattr(record, name, None) for name in own.values()}
    own_name = own.get(record._meta.label)
    return {**place, own_name: record.pk} if own_name else place


def _common_place(act: Act) -> dict[str, Any]:
    """Where an act took place that is about no single record: what everything it wrote has in common."""
    places: dict[str, set[Any]] = {name: set() for name in place_of(None)}
    for record in act.touched():
        for name, value in place_of(record).items():
            places[name].add(value)
    return {name: next(iter(values)) if len(values) == 1 else None for name, values in places.items()}


def _written(act: Act, place: dict[str, Any]) -> dict[str, Any]:
    """What was written; a record that belongs elsewhere than the act says where, so that readers are kept apart."""
    records = [_record(item, place) for item in act.written]
    return ({"records": records} if records else {}) | ({"counts": act.counts} if act.counts else {})


def _record(item: Written, place: dict[str, Any]) -> dict[str, Any]:
    own = place_of(item.record)
    told: dict[str, Any] = {"type": item.record._meta.label, "id": str(item.record.pk), "changes": item.changes}
    if item.is_new:
        told["new"] = True
    if own != place:
        told["place"] = {name: str(value) for name, value in own.items() if value}
    return told

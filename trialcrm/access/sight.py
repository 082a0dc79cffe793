"""After a write the record must still be within the writer's sight, or the write is undone."""

from typing import Any

from django.utils.translation import gettext as _

from trialcrm.audit.acts import Act, before_commit
from trialcrm.audit.log import resolve_role_with
from trialcrm.core.decisions import Refused, refused

from .querysets import ScopedQuerySet, view_permission
from .scope import Scope, scope_of


@before_commit
def still_in_sight(act: Act) -> None:
    scope = scope_of(act.actor)
    if scope.everything:
        return
    for record in act.touched():
        scoped = isinstance(type(record)._default_manager.all(), ScopedQuerySet)
        if scoped and not (_sees(scope, record) or _is_about(act.actor, record)):
            raise Refused(refused(_("This would put the record out of your own sight; nothing was changed.")))


def _sees(scope: Scope, record: Any) -> bool:
    """Staff by the right to read the kind of record; participants by the right to what is their own."""
    own = getattr(record, "own_permission", "")
    return scope.may(view_permission(type(record)), record) or bool(own and scope.may(own, record))


def _is_about(actor: Any, record: Any) -> bool:
    """Whether a record is about the person who acts, as its class says: their own delegation, their own request."""
    field = getattr(record, "person_field", "")
    return bool(field) and getattr(record, field) == actor.pk


@resolve_role_with
def role_at(actor: Any, place: dict[str, Any]) -> str:
    """The roles in which somebody acts at a place, as the log shows them."""
    if actor.pk is None:
        return "system"
    scope = scope_of(actor)
    return ",".join(scope.roles_at(place["site_id"], place["study_id"]) or sorted(scope.all_roles()))

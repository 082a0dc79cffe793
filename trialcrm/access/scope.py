"""What one person may do where, resolved with one query and kept for the request.

Guardian's grants of the person's groups become literal sets of study, site and subject ids; lists filter by them.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import CharField, F, Model, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast
from guardian.utils import get_group_obj_perms_model

from trialcrm.audit import context
from trialcrm.audit.acts import SystemActor
from trialcrm.core import clock

Ids = frozenset[uuid.UUID]
NOTHING: Ids = frozenset()


class Grant(NamedTuple):
    """A row of the one query: a role's permissions at one place."""

    kind: str
    study_id: uuid.UUID
    site_id: uuid.UUID | None
    subject_id: uuid.UUID | None
    role: str
    permissions: list[str]


@dataclass(slots=True)
class Scope:
    """Every (permission, place) pair of one person."""

    everything: bool = False
    studies: dict[str, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    sites: dict[str, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    subjects: dict[str, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    roles: dict[uuid.UUID, list[str]] = field(default_factory=lambda: defaultdict(list))

    def study_ids(self, permission: str) -> Ids:
        return frozenset(self.studies.get(permission, NOTHING))

    def site_ids(self, permission: str) -> Ids:
        return frozenset(self.sites.get(permission, NOTHING))

    def subject_ids(self, permission: str) -> Ids:
        return frozenset(self.subjects.get(permission, NOTHING))

    def anywhere(self, permission: str) -> bool:
        return self.everything or bool(self.study_ids(permission))

    def may(self, permission: str, record: Model) -> bool:
        """Whether the permission reaches this record, by its site, its study or its subject."""
        return self.everything or any(
            place in ids
            for place, ids in (
                (_place(record, settings.ACCESS_SUBJECT_MODEL, "subject_id"), self.subjects.get(permission, NOTHING)),
                (_place(record, settings.ACCESS_SITE_MODEL, "site_id"), self.sites.get(permission, NOTHING)),
                (_study_wide(record), self.studies.get(permission, NOTHING)),
            )
        )

    def roles_at(self, *places: uuid.UUID | None) -> list[str]:
        """The roles held at the first of the places where there is one: site before study."""
        return next((self.roles[place] for place in places if place in self.roles), [])

    def all_roles(self) -> set[str]:
        return {role for roles in self.roles.values() for role in roles}


def _place(record: Model, model: str, name: str) -> Any:
    return record.pk if record._meta.label == model else getattr(record, name, None)


def _study_wide(record: Model) -> Any:
    """The study of a record that belongs to no single site, like a design table."""
    if record._meta.label in (settings.ACCESS_SITE_MODEL, settings.ACCESS_SUBJECT_MODEL):
        return None
    return None if getattr(record, "site_id", None) else _place(record, settings.ACCESS_STUDY_MODEL, "study_id")


EVERYTHING = Scope(everything=True)


def scope_of(user: Any) -> Scope:
    """The person's scope; kept for the request. Somebody inactive or not signed in may nothing."""
    if isinstance(user, SystemActor):
        return EVERYTHING
    if not user.is_authenticated or not user.is_active:
        return Scope()
    memory = context.memory()
    if memory is None:
        return _resolve(user)
    key = ("scope", user.pk)
    if key not in memory:
        memory[key] = _resolve(user)
    return memory[key]


def forget() -> None:
    """Drop what this request has kept, after it changed somebody's rights."""
    memory = context.memory()
    if memory is not None:
        for key in [key for key in memory if key[0] == "scope"]:
            del memory[key]


def _resolve(user: Any) -> Scope:
    scope = Scope()
    for grant in _grants(user):
        _add(scope, grant)
    return scope


def _add(scope: Scope, grant: Grant) -> None:
    for place in {grant.study_id, grant.site_id} - {None}:
        if grant.role not in scope.roles[place]:
            scope.roles[place].append(grant.role)
    for permission in grant.permissions:
        scope.studies[permission].add(grant.study_id)
        if grant.kind == "subject":
            scope.subjects[permission].add(grant.subject_id)
        elif grant.site_id:
            scope.sites[permission].add(grant.site_id)


def _grants(user: Any) -> Iterable[Grant]:
    subject, site, study = (
        _rows(user, "subject", settings.ACCESS_SUBJECT_MODEL, "content_object__study_id", "content_object__site_id"),
        _rows(user, "site", settings.ACCESS_SITE_MODEL, "content_object__study_id", "content_object_id"),
        _rows(user, "study", settings.ACCESS_STUDY_MODEL, "content_object_id", "content_object__sites__id"),
    )
    return [Grant(*row) for row in study.union(site, subject, all=True)]


def _rows(user: Any, kind: str, model: str, study: str, site: str) -> QuerySet[Any, Any]:
    table = get_group_obj_perms_model(apps.get_model(model))
    now = clock.now()
    subject = F("content_object_id") if kind == "subject" else Cast(Value(None), UUIDField())
    return (
        table.objects.filter(
            Q(group__memberships__ends_at=None) | Q(group__memberships__ends_at__gt=now),
            group__memberships__user=user,
            group__memberships__starts_at__lte=now,
        )
        .order_by()
        .values_list(
            Value(kind, output_field=CharField()), F(study), F(site), subject, F("group__role_group__role")
        )
        .annotate(names=ArrayAgg("permission__codename"))
    )

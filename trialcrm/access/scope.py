"""What one person may do where, resolved with one query and kept for the request.

Guardian's grants of the person's groups become literal sets of study, site and subject ids; lists filter by them.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Model
from guardian.utils import get_group_obj_perms_model

from trialcrm.audit import context
from trialcrm.audit.acts import SystemActor
from trialcrm.core import clock

from .models import GroupMembership, RoleGroup

Ids = frozenset[uuid.UUID]
NOTHING: Ids = frozenset()
READING = "view_"


GRANTS = """
WITH mine AS MATERIALIZED (
    SELECT member.group_id, role.role FROM {member} member LEFT JOIN {role} role ON role.group_id = member.group_id
    WHERE member.user_id = %(user)s AND member.starts_at <= %(now)s
        AND (member.ends_at IS NULL OR member.ends_at > %(now)s)
)
SELECT 'study', held.content_object_id, site.id, NULL::uuid, mine.role, array_agg(permission.codename)
FROM mine JOIN {study_grant} held ON held.group_id = mine.group_id
JOIN {permission} permission ON permission.id = held.permission_id
LEFT JOIN {site} site ON site.study_id = held.content_object_id
GROUP BY held.content_object_id, site.id, mine.role
UNION ALL
SELECT 'site', site.study_id, site.id, NULL::uuid, mine.role, array_agg(permission.codename)
FROM mine JOIN {site_grant} held ON held.group_id = mine.group_id
JOIN {permission} permission ON permission.id = held.permission_id
JOIN {site} site ON site.id = held.content_object_id
GROUP BY site.id, mine.role
UNION ALL
SELECT 'subject', subject.study_id, subject.site_id, subject.id, mine.role, array_agg(permission.codename)
FROM mine JOIN {subject_grant} held ON held.group_id = mine.group_id
JOIN {permission} permission ON permission.id = held.permission_id
JOIN {subject} subject ON subject.id = held.content_object_id
GROUP BY subject.id, mine.role
"""


class Grant(NamedTuple):
    """A row of the one query: a role's permissions at one place (a study without a site yet has none)."""

    kind: str
    study_id: uuid.UUID
    site_id: uuid.UUID
    subject_id: uuid.UUID
    role: str
    permissions: list[str]


@dataclass(frozen=True, slots=True)
class Limit:
    """Less than what a person may: these studies only, these sites only. An empty set leaves its kind as it is.

    Both given, both hold. With sites, a right on a whole study shrinks to a right at these sites, with which the
    study's own records, like its design, are still read.
    """

    studies: Ids = NOTHING
    sites: Ids = NOTHING

    def within(self, grant: Grant) -> Grant | None:
        """What the limit leaves of a grant."""
        if self.studies and grant.study_id not in self.studies:
            return None
        if not self.sites:
            return grant
        if grant.site_id not in self.sites:
            return None
        return grant._replace(kind="site") if grant.kind == "study" else grant


@dataclass(slots=True)
class Scope:
    """Every (permission, place) pair of one person.

    `whole_studies` are those on which the right itself is granted; `studies` are also those within which it is granted
    at a site or on a subject. What belongs to a study as a whole is *read* with a right held anywhere in the study, and
    *changed* only with a right on the whole study: an investigator who approves staff at one site does not appoint
    study managers.
    """

    everything: bool = False
    whole_studies: dict[str, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    studies: dict[str, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    sites: dict[str, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    subjects: dict[str, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    roles: dict[uuid.UUID, list[str]] = field(default_factory=lambda: defaultdict(list))

    def study_ids(self, permission: str) -> Ids:
        """Studies whose own records, like their design, the permission reaches."""
        held = self.studies if permission.startswith(READING) else self.whole_studies
        return frozenset(held.get(permission, NOTHING))

    def site_ids(self, permission: str) -> Ids:
        return frozenset(self.sites.get(permission, NOTHING))

    def subject_ids(self, permission: str) -> Ids:
        return frozenset(self.subjects.get(permission, NOTHING))

    def anywhere(self, permission: str) -> bool:
        return self.everything or bool(self.studies.get(permission))

    def may(self, permission: str, record: Model) -> bool:
        """Whether the permission reaches this record, by its subject, its site or its study."""
        if self.everything:
            return True
        study = _place(record, settings.ACCESS_STUDY_MODEL, "study_id")
        site = _place(record, settings.ACCESS_SITE_MODEL, "site_id")
        subject = _place(record, settings.ACCESS_SUBJECT_MODEL, "subject_id")
        return (
            subject in self.subjects.get(permission, NOTHING)
            or site in self.sites.get(permission, NOTHING)
            or study in self.whole_studies.get(permission, NOTHING)
            or (site is None and study in self.study_ids(permission))
        )

    def roles_at(self, *places: uuid.UUID | None) -> list[str]:
        """The roles held at the first of the places where there is one: site before study."""
        return next((self.roles[place] for place in places if place in self.roles), [])

    def all_roles(self) -> set[str]:
        return {role for roles in self.roles.values() for role in roles}


def _place(record: Model, model: str, name: str) -> Any:
    return record.pk if record._meta.label == model else getattr(record, name, None)


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


def limit(user: Any, to: Limit) -> None:
    """Let a person do less than they may until the request is over, with a token that was made for less.

    Raises:
        LookupError: there is no request under way, so that nothing would hold the limit.
    """
    context.bind(("limit", user.pk), to)
    forget()


def limit_of(user: Any) -> Limit:
    """To what the person is held in the request under way; nothing where no token limits them."""
    return context.bound(("limit", user.pk)) or Limit()


def forget() -> None:
    """Drop what this request has kept, after it changed somebody's rights."""
    memory = context.memory()
    if memory is not None:
        for key in [key for key in memory if key[0] == "scope"]:
            del memory[key]


def _resolve(user: Any) -> Scope:
    scope = Scope()
    for grant in filter(None, map(limit_of(user).within, _grants(user))):
        _add(scope, grant)
    return scope


def _add(scope: Scope, grant: Grant) -> None:
    for place in (grant.study_id, grant.site_id):
        if place and grant.role not in scope.roles[place]:
            scope.roles[place].append(grant.role)
    for permission in grant.permissions:
        scope.studies[permission].add(grant.study_id)
        if grant.kind == "study":
            scope.whole_studies[permission].add(grant.study_id)
        if grant.kind == "subject":
            scope.subjects[permission].add(grant.subject_id)
        elif grant.site_id:
            scope.sites[permission].add(grant.site_id)


def _grants(user: Any) -> Iterable[Grant]:
    with connection.cursor() as cursor:
        cursor.execute(_query(), {"user": user.pk, "now": clock.now()})
        return [Grant(*row) for row in cursor.fetchall()]


@cache
def _query() -> str:
    """Every grant of a person's groups with its place, written once: it is the first query of every request."""
    subject: Any = apps.get_model(settings.ACCESS_SUBJECT_MODEL)
    site: Any = apps.get_model(settings.ACCESS_SITE_MODEL)
    study: Any = apps.get_model(settings.ACCESS_STUDY_MODEL)
    tables: dict[str, type[Model]] = {
        "member": GroupMembership,
        "role": RoleGroup,
        "permission": Permission,
        "subject": subject,
        "site": site,
        "subject_grant": get_group_obj_perms_model(subject),
        "site_grant": get_group_obj_perms_model(site),
        "study_grant": get_group_obj_perms_model(study),
    }
    return GRANTS.format(**{name: table._meta.db_table for name, table in tables.items()})

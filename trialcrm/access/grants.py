"""The only place where rights are given and taken: roles at a study, a site or a subject become guardian's grants."""

import math
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from guardian.shortcuts import remove_perm
from guardian.utils import get_group_obj_perms_model

from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused

from .models import GroupMembership, RoleGroup
from .roles import SERVICE_ROLES, all_permissions, granted_to
from .scope import forget

PLACES = (settings.ACCESS_STUDY_MODEL, settings.ACCESS_SITE_MODEL, settings.ACCESS_SUBJECT_MODEL)


@dataclass(frozen=True, slots=True)
class Window:
    """A role, or a task delegated in it, that somebody holds from and until."""

    role: str
    starts_at: datetime
    ends_at: datetime | None = None
    task: str = ""


def enrol(
    user: Any, role: str, place: Model, *, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> None:
    """Let a person act in a role at a study, a site or a subject, from and until."""
    group = group_of(role, place)
    GroupMembership.objects.filter(user=user, group=group).delete()
    GroupMembership.objects.create(user=user, group=group, starts_at=starts_at or clock.now(), ends_at=ends_at)
    forget()


def dismiss(user: Any, role: str, place: Model, *, ends_at: datetime) -> None:
    """End a person's role at a place, with every task delegated in it; effective on their next request."""
    rows = GroupMembership.objects.filter(user=user, group__role_group__role=role, group__name__startswith=_at(place))
    rows.exclude(ends_at__lt=ends_at).update(ends_at=ends_at)
    forget()


@transaction.atomic
def settle(user: Any, place: Model, windows: Iterable[Window]) -> None:
    """Make these windows all that a person holds at a place; effective on their next request.

    The person's row is locked, so that two changes made at the same moment do not mix.

    Raises:
        Refused: a program would get more than it may have.
    """
    windows = list(windows)
    held = type(user)._base_manager.select_for_update().get(pk=user.pk)
    if held.is_service:
        _require_fit_for_a_program(user, place, windows)
    GroupMembership.objects.filter(user=user, group__name__startswith=_at(place)).delete()
    rows = {
        (group.pk, window.starts_at): GroupMembership(
            user=user, group=group, starts_at=window.starts_at, ends_at=window.ends_at
        )
        for window in sorted(windows, key=_until)
        for group in [group_of(window.role, place, window.task)]
    }
    GroupMembership.objects.bulk_create(rows.values())
    forget()


def _require_fit_for_a_program(user: Any, place: Model, windows: Iterable[Window]) -> None:
    """A service account reads coded data of one study (GDPR Article 25, ICH E6(R3) 4.2.2)."""
    wrong = {window.role for window in windows} - SERVICE_ROLES
    elsewhere = GroupMembership.objects.filter(user=user).exclude(group__name__startswith=_at(place))
    if wrong or place._meta.label != settings.ACCESS_STUDY_MODEL or elsewhere.exists():
        raise Refused(refused(_("A service account reads coded data of one study, and has no other role."), "role"))


def _until(window: Window) -> float:
    """Later ends last, so that of two windows with one beginning the longer one holds."""
    return window.ends_at.timestamp() if window.ends_at else math.inf


def _at(place: Model) -> str:
    return f"{place._meta.model_name}:{place.pk}:"


@transaction.atomic
def group_of(role: str, place: Model, task: str = "") -> Group:
    """The group of a role (or of a task in it) at a place, made and given its grants when first asked for."""
    name = f"{_at(place)}task:{task}:{role}" if task else f"{_at(place)}{role}"
    group, made = Group.objects.get_or_create(name=name)
    if made:
        RoleGroup.objects.create(group=group, role=role, task=task)
        _give(granted_to(role, task), group, place)
    return group


def _give(codenames: Iterable[str], group: Group, place: Model) -> None:
    """Guardian's grants of several permissions at once; one by one they take six statements each."""
    model: Any = type(place)
    table: Any = get_group_obj_perms_model(model)
    wanted = _permissions(type(place)).filter(codename__in=codenames)
    rows = [table(permission=permission, group=group, content_object=place) for permission in wanted]
    table.objects.bulk_create(rows, ignore_conflicts=True)


def _permissions(model: type[Model]) -> QuerySet[Permission]:
    return Permission.objects.filter(content_type=ContentType.objects.get_for_model(model)).order_by("codename")


def make_permissions(**kwargs: Any) -> None:
    """One permission row for each codename of the matrix and each kind of place; runs after migrations."""
    for label in PLACES:
        kind = ContentType.objects.get_for_model(apps.get_model(label))
        existing = set(Permission.objects.filter(content_type=kind).values_list("codename", flat=True))
        Permission.objects.bulk_create(
            Permission(content_type=kind, codename=name, name=name.replace("_", " ").capitalize())
            for name in sorted(all_permissions() - existing)
        )


def follow_matrix(**kwargs: Any) -> None:
    """Bring every group's grants to what the matrix says now; runs after migrations."""
    models = {apps.get_model(label)._meta.model_name: apps.get_model(label) for label in PLACES}
    held = {name: _held(model) for name, model in models.items()}
    for item in RoleGroup.objects.select_related("group"):
        kind, key, *_rest = item.group.name.split(":")
        _follow(item, models[kind], uuid.UUID(key), held[kind].get(item.group_id, set()))
    forget()


def _held(model: Any) -> dict[int, set[str]]:
    """The codenames that each group holds at its place."""
    held: dict[int, set[str]] = defaultdict(set)
    table: Any = get_group_obj_perms_model(model)
    for group_id, codename in table.objects.values_list("group_id", "permission__codename"):
        held[group_id].add(codename)
    return held


def _follow(item: RoleGroup, model: type[Model], key: uuid.UUID, has: set[str]) -> None:
    wanted = granted_to(item.role, item.task)
    if wanted == has:
        return
    place = model._base_manager.get(pk=key)
    _give(wanted - has, item.group, place)
    for permission in _permissions(model).filter(codename__in=has - wanted):
        remove_perm(permission, item.group, place)

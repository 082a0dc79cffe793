"""The only place where rights are given and taken: roles at a study, a site or a subject become guardian's grants."""

import uuid
from collections import defaultdict
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_group_obj_perms_model

from trialcrm.core import clock

from .models import GroupMembership, RoleGroup
from .roles import all_permissions, permissions_of
from .scope import forget

PLACES = (settings.ACCESS_STUDY_MODEL, settings.ACCESS_SITE_MODEL, settings.ACCESS_SUBJECT_MODEL)


def enrol(
    user: Any, role: str, place: Model, *, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> None:
    """Let a person act in a role at a study, a site or a subject, from and until."""
    values = {"starts_at": starts_at or clock.now(), "ends_at": ends_at}
    GroupMembership.objects.update_or_create(user=user, group=group_of(role, place), defaults=values)
    forget()


def dismiss(user: Any, role: str, place: Model, *, ends_at: datetime) -> None:
    """End a person's role at a place; effective on their next request."""
    GroupMembership.objects.filter(user=user, group=group_of(role, place)).update(ends_at=ends_at)
    forget()


@transaction.atomic
def group_of(role: str, place: Model) -> Group:
    """The group of a role at a place, made and given its grants when first asked for."""
    group, made = Group.objects.get_or_create(name=f"{place._meta.model_name}:{place.pk}:{role}")
    if made:
        RoleGroup.objects.create(group=group, role=role)
        for codename in sorted(permissions_of(role)):
            assign_perm(_permission(codename, type(place)), group, place)
    return group


def _permission(codename: str, model: type[Model]) -> Permission:
    return Permission.objects.get(codename=codename, content_type=ContentType.objects.get_for_model(model))


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
        kind, key, _role = item.group.name.split(":")
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
    wanted = permissions_of(item.role)
    if wanted == has:
        return
    place = model._base_manager.get(pk=key)
    for codename in wanted - has:
        assign_perm(_permission(codename, model), item.group, place)
    for codename in has - wanted:
        remove_perm(_permission(codename, model), item.group, place)

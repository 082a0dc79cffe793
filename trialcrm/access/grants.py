"""The only place where rights are given and taken: roles at a study, a site or a subject become guardian's grants."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_group_obj_perms_model

from trialcrm.core import clock

from .models import GroupMembership, RoleGroup
from .roles import all_permissions, permissions_of
from .scope import forget

PLACES = (settings.ACCESS_STUDY_MODEL, settings.ACCESS_SITE_MODEL, settings.ACCESS_SUBJECT_MODEL)


def enrol(user: Any, role: str, place: Model, *, starts_at: datetime | None = None, ends_at: datetime | None = None) -> None:
    """Let a person act in a role at a study, a site or a subject, from and until."""
    values = {"starts_at": starts_at or clock.now(), "ends_at": ends_at}
    GroupMembership.objects.update_or_create(user=user, group=group_of(role, place), defaults=values)
    forget()


def dismiss(user: Any, role: str, place: Model, *, ends_at: datetime) -> None:
    """End a person's role at a place; effective on their next request."""
    GroupMembership.objects.filter(user=user, group=group_of(role, place)).update(ends_at=ends_at)
    forget()


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
    for label in PLACES:
        model = apps.get_model(label)
        table = get_group_obj_perms_model(model)
        held: dict[int, set[tuple[str, Any]]] = {}
        for group_id, codename, place in table.objects.values_list(
            "group_id", "permission__codename", "content_object_id"
        ):
            held.setdefault(group_id, set()).add((codename, place))
        groups = {item.group_id: item for item in RoleGroup.objects.select_related("group").filter(group__in=held)}
        for group_id, grants in held.items():
            _follow(groups[group_id], model, grants)


def _follow(item: RoleGroup, model: type[Model], held: set[tuple[str, Any]]) -> None:
    wanted, has = permissions_of(item.role), {codename for codename, _ in held}
    if wanted == has:
        return
    place = model._base_manager.get(pk=next(iter(held))[1])
    for codename in wanted - has:
        assign_perm(_permission(codename, model), item.group, place)
    for codename in has - wanted:
        remove_perm(_permission(codename, model), item.group, place)

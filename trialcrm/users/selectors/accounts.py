"""What a person sees of their own account."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session

from trialcrm.access.grants import PLACES
from trialcrm.access.models import GroupMembership
from trialcrm.access.roles import Role
from trialcrm.core import clock
from trialcrm.users.domain.accounts import browser_and_system
from trialcrm.users.models import User
from trialcrm.users.policies import SEEN, STARTED, session_rule


@dataclass(frozen=True, slots=True)
class Device:
    """A session that is open on some device."""

    id: int
    browser: str
    system: str
    network_address: str
    since: datetime
    seen_at: datetime
    is_current: bool


def open_sessions(user: User, current_key: str | None = None) -> list[Device]:
    """The sessions of an account that have not ended, the one in use first, then the one used last."""
    listed = {item.session_key: item for item in UserSession.objects.filter(user_id=user.pk)}
    now = clock.now().timestamp()
    found = []
    for session in Session.objects.filter(session_key__in=listed):
        held = session.get_decoded()
        times = held.get(STARTED, now), held.get(SEEN, now)
        if session_rule(user).ending(*times, now) is None:
            found.append(_device(listed[session.session_key], *times, current_key))
    return sorted(found, key=lambda device: (not device.is_current, -device.seen_at.timestamp()))


def _device(item: UserSession, started: float, seen: float, current_key: str | None) -> Device:
    browser, system = browser_and_system(item.user_agent)
    since, seen_at = datetime.fromtimestamp(started, UTC), datetime.fromtimestamp(seen, UTC)
    return Device(item.pk, browser, system, item.ip, since, seen_at, item.session_key == current_key)


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that somebody holds now, and where."""

    role: str
    place: str
    until: datetime | None


def roles_held(user: User) -> list[HeldRole]:
    """The roles of an account that are in force now, in a fixed number of queries."""
    active = GroupMembership.objects.active().filter(user=user, group__role_group__task="")
    memberships = active.select_related("group__role_group")
    held = [(item, *_kind_and_key(item)) for item in memberships]
    names = {kind: _names(kind, [key for _, of, key in held if of == kind]) for kind in {kind for _, kind, _ in held}}
    roles = [
        HeldRole(str(Role(item.group.role_group.role).label), names[kind].get(key, ""), item.ends_at)
        for item, kind, key in held
    ]
    return sorted(roles, key=lambda role: (role.place, role.role))


def _kind_and_key(item: GroupMembership) -> tuple[str, uuid.UUID]:
    kind, key, *_rest = item.group.name.split(":")
    return kind, uuid.UUID(key)


def _names(kind: str, keys: list[uuid.UUID]) -> dict[Any, str]:
    """What studies, sites or subjects are called, each after its study."""
    model = next(model for model in map(apps.get_model, PLACES) if model._meta.model_name == kind)
    if kind == apps.get_model(settings.ACCESS_STUDY_MODEL)._meta.model_name:
        return {key: str(place) for key, place in model._base_manager.in_bulk(keys).items()}
    places = model._base_manager.select_related("study").in_bulk(keys)
    return {key: f"{place.study} · {place}" for key, place in places.items()}

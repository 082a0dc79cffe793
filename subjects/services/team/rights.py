"""Roles and signed, current delegations become rights; this is where one turns into the other."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model

from subjects.domain.team import IN_FORCE
from subjects.events import MembershipChanged
from subjects.models import DelegationEntry, Membership, Site, Study
from trialcrm.access import grants
from trialcrm.access.grants import Window
from trialcrm.access.roles import DELEGATED_ROLES
from trialcrm.core.events import publish


def settle_rights(membership: Membership) -> None:
    """Bring what a person may do at the place of a membership to what roles and log say; acts on the next request.

    A right needs a role that is current at the place, and, where the role works by delegation, a line of the log for
    its task that is accepted, signed by the investigator and current (ICH E6(R3) 2.3; 21 CFR 11.10(d), (g)).
    """
    place = place_of(membership)
    grants.settle(membership.user, place, _windows(membership.user, place))
    publish(MembershipChanged(membership.study_id, membership.user_id))


def place_of(membership: Membership) -> Any:
    """The study, site or subject at which a role is held."""
    return membership.subject or membership.site or membership.study


def _windows(user: Any, place: Model) -> list[Window]:
    held = list(_held(user, place).select_related("site"))
    found = [Window(item.role, *_span(item, item.site)) for item in held]
    entries = DelegationEntry.objects.filter(membership__in=held, status__in=IN_FORCE).select_related("site")
    roles = {item.pk: window for item, window in zip(held, found, strict=True)}
    return found + [window for entry in entries for window in _of_entry(entry, roles[entry.membership_id])]


def _held(user: Any, place: Model) -> Any:
    rows = Membership.objects.filter(user=user)
    if isinstance(place, Study):
        return rows.filter(study=place, site=None, subject=None)
    return rows.filter(site=place, subject=None) if isinstance(place, Site) else rows.filter(subject=place)


def _of_entry(entry: DelegationEntry, role: Window) -> list[Window]:
    """The windows of a line's tasks, within that of the role."""
    if role.role not in DELEGATED_ROLES:
        return []
    begins, ends = _span(entry, entry.site)
    starts_at = max(begins, role.starts_at)
    ends_at = min(filter(None, (ends, entry.ended_at, role.ends_at)), default=None)
    if ends_at is not None and ends_at <= starts_at:
        return []
    return [Window(role.role, starts_at, ends_at, task) for task in entry.tasks]


def _span(record: Any, site: Site | None) -> tuple[datetime, datetime | None]:
    """From the first midnight to the one after the last day, in the zone of the site."""
    zone = site.time_zone if site else "UTC"
    ends_at = _midnight(record.ends_on + timedelta(days=1), zone) if record.ends_on else None
    return _midnight(record.starts_on, zone), ends_at


def _midnight(on: date, zone: str) -> datetime:
    return datetime.combine(on, time.min, ZoneInfo(zone)).astimezone(UTC)

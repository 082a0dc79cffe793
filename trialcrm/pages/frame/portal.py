"""The participant's portal: few places to go, a greeting, the bell, the way out."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications.domain.permissions import Perm as Med
from messaging import selectors as messaging
from messaging.domain.permissions import Perm as Mail
from safety.domain.permissions import Perm as Safe
from subjects import selectors
from subjects.domain.permissions import Perm
from trialcrm.access.scope import scope_of
from trialcrm.core import clock

from .parts import Link, NavItem, account_links, address_of, events_url, unread_of

#: Address, words, icon and the right that opens it.
NAV = (
    ("dashboards:my-today", gettext_lazy("Today"), "sun", Perm.OWN_VISITS),
    ("medications:my-medication", gettext_lazy("Medicine"), "pill", Med.OWN_MEDICATION),
    ("messaging:my-messages", gettext_lazy("Messages"), "message-square", Mail.OWN_MESSAGES),
    ("subjects:my-appointments", gettext_lazy("Visits"), "calendar-days", Perm.OWN_VISITS),
    ("safety:my-symptoms", gettext_lazy("How I feel"), "heart-pulse", Safe.OWN_SYMPTOMS),
)
NOON, EVENING = 12, 18


@dataclass(frozen=True, slots=True)
class Portal:
    """What `portal.html` shows around a page."""

    nav: list[NavItem]
    greeting: str
    name: str
    initials: str
    studies: list[str]
    links: list[Link]
    events_url: str
    unread: int = 0
    unread_url: str = ""


def portal_of(request: HttpRequest) -> Portal:
    user: Any = request.user
    subjects = selectors.own_subjects(user)
    zone = user.time_zone or (subjects[0].site.time_zone if subjects else "UTC")
    unread, unread_url = unread_of(user, messaging.unread, "messaging:my-notifications")
    return Portal(
        nav=nav_of(request),
        greeting=greeting(user.get_short_name(), zone),
        name=user.name,
        initials=user.initials,
        studies=[subject.study.short_title or subject.study.protocol_id for subject in subjects],
        links=_links(),
        events_url=events_url(),
        unread=unread,
        unread_url=unread_url,
    )


def nav_of(request: HttpRequest) -> list[NavItem]:
    """The places that the person's rights open."""
    scope = scope_of(request.user)
    found = [(label, icon, address_of(name)) for name, label, icon, permission in NAV if scope.anywhere(permission)]
    return [NavItem(str(label), icon, url, _is_current(request.path, url, found)) for label, icon, url in found if url]


def _is_current(path: str, url: str, others: list[tuple[Any, str, str]]) -> bool:
    """Whether a page lies below an address; below that of the first page, which begins all others, only itself does."""
    begins_others = any(other != url and other.startswith(url) for _label, _icon, other in others)
    return path == url if begins_others else path.startswith(url)


def greeting(name: str, zone: str) -> str:
    """Good morning, afternoon or evening, by the clock where the person is."""
    hour = clock.local(clock.now(), zone).hour
    if hour < NOON:
        return _("Good morning, %(name)s") % {"name": name}
    if hour < EVENING:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


def _links() -> list[Link]:
    record = address_of("trail:my-record")
    return [*([Link(_("My record"), "folder-heart", record)] if record else []), *account_links()]

"""The frame of staff: navigation with counts, study and site in focus, who is signed in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications import selectors as medications
from medications.domain.permissions import Perm as Med
from messaging import selectors as messaging
from messaging.domain.permissions import Perm as Mail
from safety import selectors as safety
from safety.domain.permissions import Perm as Safe
from subjects import selectors
from subjects.domain.permissions import Perm
from trialcrm.access.roles import Role
from trialcrm.access.scope import Scope, scope_of
from trialcrm.core import clock

from .parts import Choice, Link, NavItem, Person, account_links, address_of, answer_of, events_url, unread_of
from .portal import nav_of as portal_nav


@dataclass(frozen=True, slots=True)
class Frame:
    """What `frame.html` shows around a page."""

    nav: list[NavItem]
    study: Choice | None
    studies: list[Choice]
    site: Choice | None
    sites: list[Choice]
    person: Person
    links: list[Link]
    search_url: str
    events_url: str
    foot: list[str]
    now: Any
    unread: int = 0
    unread_url: str = ""
    focus: Any = field(default=None)


#: What waits there cannot wait long.
PRESSING = frozenset({"safety:review"})
#: Address, words, icon and the right that opens it; the count is looked up by the address.
NAV = (
    ("dashboards:today", gettext_lazy("Today"), "sun", Perm.CHANGE_VISIT),
    ("subjects:subjects", gettext_lazy("Participants"), "users", Perm.VIEW_SUBJECT),
    ("subjects:screening", gettext_lazy("Screening"), "clipboard-check", Perm.VIEW_SCREENING),
    ("subjects:visits", gettext_lazy("Visits"), "calendar-days", Perm.VIEW_VISIT),
    ("subjects:appointments", gettext_lazy("Appointments"), "calendar-clock", Perm.VIEW_VISIT),
    ("safety:review", gettext_lazy("Safety review"), "stethoscope", Safe.ASSESS_EVENT),
    ("safety:events", gettext_lazy("Safety"), "shield-alert", Safe.VIEW_EVENT),
    ("subjects:deviations", gettext_lazy("Deviations"), "route-off", Perm.VIEW_DEVIATION),
    ("medications:orders", gettext_lazy("Orders"), "pill", Med.VIEW_ORDER),
    ("medications:stock", gettext_lazy("Stock"), "package", Med.VIEW_STOCK),
    ("messaging:conversations", gettext_lazy("Messages"), "message-square", Mail.VIEW_CONVERSATION),
    ("dashboards:reports", gettext_lazy("Reports"), "chart-no-axes-column", Perm.VIEW_SUBJECT),
    ("subjects:studies", gettext_lazy("Study"), "book-open", Perm.VIEW_STUDY),
    ("trail:search", gettext_lazy("Trail"), "history", Perm.VIEW_HISTORY),
    ("console:index", gettext_lazy("Console"), "table-2", "view_console"),
    ("cdisc:imports", gettext_lazy("Imports"), "database", "view_importrun"),
)
#: What whoever runs the installation sees instead: no study, and no participant.
OPERATIONS = ("operations:index", gettext_lazy("Operations"), "server-cog")


def frame_of(request: HttpRequest) -> Frame:
    user: Any = request.user
    scope = scope_of(user)
    kept = request.session.get("focus", {})
    study = request.GET.get("study", kept.get("study", ""))
    site = request.GET.get("site", kept.get("site", ""))
    focus = selectors.focus_of(user, study, site)
    unread, unread_url = unread_of(user, messaging.unread, "messaging:notifications")
    return Frame(
        nav=_nav(request, scope, focus),
        study=Choice(focus.study.protocol_id, focus.study.short_title) if focus.study else None,
        studies=_study_choices(request, focus),
        site=Choice(focus.site.number, focus.site.name) if focus.site else None,
        sites=_site_choices(request, focus),
        person=Person(user.name, user.initials, _role_name(user, scope)),
        links=_links(),
        search_url=reverse("pages:search"),
        events_url=events_url(),
        foot=_foot(focus),
        now=clock.now(),
        focus=focus,
        unread=unread,
        unread_url=unread_url,
    )


def _nav(request: HttpRequest, scope: Scope, focus: selectors.Focus) -> list[NavItem]:
    """Where the person's rights lead; a participant who looks at a page of staff and participants has their own."""
    if scope.studies and not scope.anywhere(Perm.VIEW_SUBJECT):
        return portal_nav(request)
    wanted = [(name, label, icon) for name, label, icon, permission in NAV if scope.anywhere(permission)]
    if request.user.is_operator:  # type: ignore[union-attr]
        wanted.append(OPERATIONS)
    counts = _counts(request.user, scope, focus)
    return [
        NavItem(
            str(label),
            icon,
            address + focus.query,
            _is_current(request, address),
            counts.get(name),
            "critical" if name in PRESSING else "",
        )
        for name, label, icon in wanted
        if (address := address_of(name))
    ]


def _counts(user: Any, scope: Scope, focus: selectors.Focus) -> dict[str, int]:
    """The numbers beside the words; each app is asked once, and only about what the person may see."""
    found = {}
    if scope.anywhere(Perm.VIEW_SUBJECT):
        waiting = selectors.counts(user, focus)
        found = {"subjects:screening": waiting.screening, "subjects:visits": waiting.visits}
    asked: dict[str, tuple[str, Callable[[], int]]] = {
        "safety:review": (Safe.ASSESS_EVENT, lambda: safety.review_counts(user, focus)),
        "messaging:conversations": (Mail.VIEW_CONVERSATION, lambda: _conversations(user, focus)),
        "medications:stock": (Med.DISPENSE, lambda: _kits_prepared(user, focus)),
    }
    wanted = {name: ask for name, (permission, ask) in asked.items() if scope.anywhere(permission) and address_of(name)}
    return found | {name: answer_of(ask, 0) for name, ask in wanted.items()}


def _conversations(user: Any, focus: selectors.Focus) -> int:
    """Conversations of the sites in focus that wait for a reply."""
    rows = messaging.conversation_list(user).filter(site__in=focus.site_ids)
    return messaging.narrowed(rows, "waiting").count()


def _kits_prepared(user: Any, focus: selectors.Focus) -> int:
    """Kits that lie ready to be handed out."""
    return medications.distribution_counts(user, focus).get("prepared", 0)


def _is_current(request: HttpRequest, address: str) -> bool:
    # The story of one participant is a tab of their chart, whatever its address.
    if request.path.startswith(f"{reverse('trail:search')}subject/"):
        return address == reverse("subjects:subjects")
    return request.path.startswith(address)


def _switch(request: HttpRequest, **wanted: Any) -> str:
    query = urlencode({**{name: value for name, value in wanted.items() if value}, "next": request.path})
    return f"{reverse('pages:focus')}?{query}"


def _study_choices(request: HttpRequest, focus: selectors.Focus) -> list[Choice]:
    if len(focus.studies) < 2:
        return []
    every = Choice(_("All studies"), "", _switch(request), focus.study is None)
    chosen = [
        Choice(item.protocol_id, item.short_title or item.title, _switch(request, study=item.pk), item == focus.study)
        for item in focus.studies
    ]
    return [every, *chosen]


def _site_choices(request: HttpRequest, focus: selectors.Focus) -> list[Choice]:
    sites = [item for item in focus.sites if focus.study is None or item.study_id == focus.study.pk]
    if len(sites) < 2:
        return []
    study = focus.study.pk if focus.study else None
    every = Choice(_("All sites"), "", _switch(request, study=study), focus.site is None)
    chosen = [Choice(item.number, item.name, _switch(request, site=item.pk), item == focus.site) for item in sites]
    return [every, *chosen]


def _role_name(user: Any, scope: Scope) -> str:
    roles = [str(role.label) for role in Role if role in scope.all_roles()]
    return ", ".join(roles[:2]) or (_("Operator") if user.is_operator else _("No role yet"))


def _links() -> list[Link]:
    *own, way_out = account_links()
    return [*own, Link(_("Components"), "shapes", reverse("pages:gallery")), way_out]


def _foot(focus: selectors.Focus) -> list[str]:
    study = focus.study or (focus.studies[0] if len(focus.studies) == 1 else None)
    site = focus.site or (focus.sites[0] if len(focus.sites) == 1 else None)
    words = [study.protocol_id if study else "", _("Site %(number)s") % {"number": site.number} if site else ""]
    place = " · ".join(filter(None, words))
    return [place] if place else []

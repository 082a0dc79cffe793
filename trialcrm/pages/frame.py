"""The frame around every page: navigation with counts, study and site in focus, who is signed in."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications.domain.permissions import Perm as Med
from messaging.domain.permissions import Perm as Mail
from safety.domain.permissions import Perm as Safe
from subjects import selectors
from subjects.domain.permissions import Perm
from trialcrm.access.roles import Role
from trialcrm.access.scope import Scope, scope_of
from trialcrm.core import clock


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    icon: str
    url: str
    current: bool = False
    count: int | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    title: str
    url: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    initials: str
    role_name: str


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    icon: str
    url: str
    method: str = "get"


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


#: Address, words, icon and the right that opens it; the count is looked up by the address.
NAV = (
    ("dashboards:today", gettext_lazy("Today"), "sun", Perm.CHANGE_VISIT),
    ("subjects:subjects", gettext_lazy("Participants"), "users", Perm.VIEW_SUBJECT),
    ("subjects:screening", gettext_lazy("Screening"), "clipboard-check", Perm.VIEW_SCREENING),
    ("subjects:visits", gettext_lazy("Visits"), "calendar-days", Perm.VIEW_VISIT),
    ("safety:review", gettext_lazy("Safety review"), "stethoscope", Safe.ASSESS_EVENT),
    ("safety:events", gettext_lazy("Safety"), "shield-alert", Safe.VIEW_EVENT),
    ("medications:orders", gettext_lazy("Orders"), "pill", Med.VIEW_ORDER),
    ("medications:stock", gettext_lazy("Stock"), "package", Med.VIEW_STOCK),
    ("messaging:conversations", gettext_lazy("Messages"), "message-square", Mail.VIEW_CONVERSATION),
    ("dashboards:reports", gettext_lazy("Reports"), "chart-no-axes-column", Perm.VIEW_SUBJECT),
    ("subjects:studies", gettext_lazy("Study"), "book-open", Perm.VIEW_STUDY),
    ("trail:search", gettext_lazy("Trail"), "history", Perm.VIEW_HISTORY),
    ("cdisc:imports", gettext_lazy("Imports"), "database", "view_importrun"),
)
MY_VISITS = ("dashboards:my-visits", gettext_lazy("My visits"), "calendar-days", Perm.OWN_VISITS)


def context(request: HttpRequest) -> dict[str, Any]:
    """The frame, built only by pages that show it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"frame": SimpleLazyObject(lambda: frame_of(request))}


def frame_of(request: HttpRequest) -> Frame:
    user: Any = request.user
    scope = scope_of(user)
    kept = request.session.get("focus", {})
    study = request.GET.get("study", kept.get("study", ""))
    site = request.GET.get("site", kept.get("site", ""))
    focus = selectors.focus_of(user, study, site)
    return Frame(
        nav=_nav(request, scope, focus),
        study=Choice(focus.study.protocol_id, focus.study.short_title) if focus.study else None,
        studies=_study_choices(request, focus),
        site=Choice(focus.site.number, focus.site.name) if focus.site else None,
        sites=_site_choices(request, focus),
        person=Person(user.name, user.initials, _role_name(scope)),
        links=_links(),
        search_url=reverse("pages:search"),
        events_url="/events",
        foot=_foot(focus),
        now=clock.now(),
        focus=focus,
    )


def _nav(request: HttpRequest, scope: Scope, focus: selectors.Focus) -> list[NavItem]:
    waiting = selectors.counts(request.user, focus)
    counts = {"subjects:screening": waiting.screening, "subjects:visits": waiting.visits}
    if scope.anywhere(Perm.VIEW_SUBJECT):
        wanted = [item for item in NAV if scope.anywhere(item[3])]
    else:
        wanted = [MY_VISITS] if scope.studies else []
    return [
        NavItem(str(label), icon, address + focus.query, _is_current(request, address), counts.get(name))
        for name, label, icon, _permission in wanted
        if (address := _address(name))
    ]


def _address(name: str) -> str:
    """The address, or nothing while the package that has it is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


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


def _role_name(scope: Scope) -> str:
    roles = [role for role in Role if role in scope.all_roles()]
    return ", ".join(str(role.label) for role in roles[:2]) or _("No role yet")


def _links() -> list[Link]:
    return [
        Link(_("Your account"), "user", reverse("account_overview")),
        Link(_("Devices"), "monitor-smartphone", reverse("usersessions_list")),
        Link(_("Components"), "shapes", reverse("pages:gallery")),
        Link(_("Sign out"), "log-out", reverse("account_logout"), "post"),
    ]


def _foot(focus: selectors.Focus) -> list[str]:
    study = focus.study or (focus.studies[0] if len(focus.studies) == 1 else None)
    site = focus.site or (focus.sites[0] if len(focus.sites) == 1 else None)
    words = [study.protocol_id if study else "", _("Site %(number)s") % {"number": site.number} if site else ""]
    place = " · ".join(filter(None, words))
    return [place] if place else []

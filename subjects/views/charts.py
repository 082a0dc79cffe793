"""The frame of a subject's chart, into which each tab puts its own part."""

import uuid
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from subjects import selectors
from subjects.domain.permissions import Perm
from trialcrm.access.scope import scope_of
from trialcrm.core.htmx import show


class Tab(NamedTuple):
    key: str
    label: str
    url: str
    current: bool


def tabs_of(user: Any, pk: uuid.UUID, current: str) -> list[Tab]:
    """The tabs that the person's rights open."""
    tabs = (
        ("overview", _("Overview"), "subjects:subject", Perm.VIEW_SUBJECT),
        ("screening", _("Screening and consent"), "subjects:subject-screening", Perm.VIEW_SCREENING),
        ("visits", _("Visits"), "subjects:subject-visits", Perm.VIEW_VISIT),
        ("safety", _("Safety"), "safety:subject-events", "view_adverseevent"),
        ("medication", _("Medication"), "medications:subject-medication", "view_medicationorder"),
        ("messages", _("Messages"), "messaging:subject-messages", "view_conversation"),
        ("notes", _("Notes"), "subjects:subject-notes", Perm.VIEW_NOTE),
        ("history", _("History"), "trail:subject", Perm.VIEW_HISTORY),
    )
    scope = scope_of(user)
    return [
        Tab(key, label, address, key == current)
        for key, label, name, perm in tabs
        if scope.anywhere(perm) and (address := address_of(name, pk))
    ]


def address_of(name: str, pk: uuid.UUID) -> str:
    """The address of a tab; nothing where the app that has it is not installed."""
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


def chart_page(request: HttpRequest, pk: uuid.UUID, tab: str, template: str, context: dict[str, Any]) -> HttpResponse:
    """A tab of the chart: the whole page, or only the tab's fragment `tab` when htmx switches tabs."""
    chart = selectors.chart_for(request.user, pk, where=f"chart {tab}")
    frame = {"chart": chart, "subject": chart.subject, "tabs": tabs_of(request.user, pk, tab), **context}
    return show(request, template, frame, fragment="tab")

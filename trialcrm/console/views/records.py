"""A list of records of one kind, and one of them with its history."""

import uuid
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_list import date_hierarchy
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from trialcrm.audit.log import note
from trialcrm.console import selectors
from trialcrm.console.forms import Search
from trialcrm.core.csv import csv_response
from trialcrm.core.decisions import refused, require
from trialcrm.core.htmx import show


def records(request: HttpRequest, admin: Any) -> HttpResponseBase:
    if not admin.has_view_permission(request):
        require(refused(_("Your role does not include these records.")))
    try:
        found = admin.get_changelist_instance(request)
        dates = date_hierarchy(found)
    except (IncorrectLookupParameters, ValidationError, ValueError):
        return redirect(request.path)
    if request.GET.get("format") == "csv":
        return _file(request, admin, found)
    words = selectors.wording(found.result_list)
    shown = {
        "title": capfirst(str(admin.model._meta.verbose_name_plural)),
        "heads": [selectors.label_of(admin.model, name) for name in admin.list_display],
        "rows": [(admin.admin_site.url_of(row), _cells(words, row, admin)) for row in found.result_list],
        "page": found.page,
        "search": Search(request.GET, kept=request.GET.dict(), hint=_hint(admin)),
        "filters": [(capfirst(str(item.title)), _chips(item, found)) for item in found.filter_specs],
        "dates": _date_chips(dates),
        "csv_url": found.get_query_string({"format": "csv"}),
        "is_narrowed": bool(found.query or found.has_active_filters),
    }
    return show(request, "console/records/records.html", shown, fragment="rows")


def _cells(words: selectors.Wording, row: Any, admin: Any) -> list[tuple[str, Any]]:
    return [(selectors.label_of(admin.model, name), words.words(row, name)) for name in admin.list_display]


def _hint(admin: Any) -> str:
    found = dict.fromkeys(selectors.label_of(admin.model, name.partition("__")[0]) for name in admin.search_fields)
    return ", ".join(found)


def _chips(item: Any, found: ChangeList) -> list[dict[str, Any]]:
    return [
        {"label": choice["display"], "count": None, "url": choice["query_string"], "current": choice["selected"]}
        for choice in item.choices(found)
    ]


def _date_chips(dates: dict[str, Any] | None) -> list[dict[str, Any]]:
    if not dates or not dates.get("choices"):
        return []
    back = [{**dates["back"], "title": f"‹ {dates['back']['title']}"}] if dates.get("back") else []
    return [
        {"label": item["title"], "count": None, "url": item.get("link", "?"), "current": "link" not in item}
        for item in [*back, *dates["choices"]]
    ]


def _file(request: HttpRequest, admin: Any, found: Any) -> HttpResponseBase:
    """The list as a file with every coded field; taking it out is logged."""
    meta = admin.model._meta
    facts = {"records": meta.label, "filters": request.GET.dict()}
    note("console.exported", _("Records exported from the console"), by=request.user, facts=facts)
    header, lines = selectors.file_of(found.queryset, admin.order.fields)
    return csv_response(f"{meta.model_name}", header, lines)


def record(request: HttpRequest, admin: Any, pk: uuid.UUID) -> HttpResponseBase:
    item = admin.find(request, pk)
    words, url_of = selectors.wording([item]), admin.admin_site.url_of
    meta = admin.model._meta
    shown = {
        "kind": capfirst(str(meta.verbose_name)),
        "kinds": capfirst(str(meta.verbose_name_plural)),
        "list_url": reverse(f"{admin.admin_site.name}:{meta.app_label}_{meta.model_name}_changelist"),
        "title": _title(item, words, admin),
        "facts": [
            {
                "label": selectors.label_of(admin.model, name),
                "value": words.words(item, name),
                "url": words.url(item, name, url_of),
            }
            for name in selectors.shown_fields(admin.model)
        ],
        "page_url": item.get_absolute_url() if hasattr(item, "get_absolute_url") else "",
        "story": selectors.story_for(request.user, item, request.GET),
    }
    return show(request, "console/records/record.html", shown, fragment="story")


def _title(item: Any, words: selectors.Wording, admin: Any) -> str:
    return " · ".join(str(words.words(item, name)) for name in admin.list_display[:1])

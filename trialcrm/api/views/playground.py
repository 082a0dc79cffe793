"""Pages that explain REST and GraphQL and let somebody try them, as themselves and for real."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from trialcrm.access.gates import personal
from trialcrm.api.domain.problems import TITLES, Problem
from trialcrm.core.htmx import show

from .flows import FLOWS, flow_named
from .operations import PREFIX, curl, decision_on, document, groups, operations
from .rest.answers import SAID, answer, problem, problem_of
from .rest.entering import let_in
from .rest.entrances import gated
from .sdl import types_of

LONGEST_SEARCH = 80


@gated
def openapi(request: HttpRequest) -> HttpResponse:
    """The document of REST, for whoever shows a token or a session."""
    try:
        if request.method != "GET":
            raise Problem(405)
        let_in(request)
        return answer(document())
    except tuple(SAID) as error:
        return problem(problem_of(error))


@personal("explains how programs call the portal, the same for everybody")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    root, described = _root(request), reverse("api:openapi")
    context = {
        "tabs": _tabs("overview"),
        "curl": curl("GET", f"{root}{PREFIX}visits?limit=5"),
        "addresses": [
            (_("REST"), f"{root}{PREFIX}"),
            (_("GraphQL"), f"{root}{reverse('graphql')}"),
            (_("Live"), f"{root}{PREFIX}events"),
            (_("Document"), f"{root}{described}"),
        ],
        "document_url": described,
        "statuses": TITLES.items(),
    }
    return show(request, "api/playground/overview.html", context)


@personal("lists the calls of REST, those of the person's own roles first")
@require_safe
def rest(request: HttpRequest) -> HttpResponse:
    query = _query(request)
    found = groups(request.user, query)
    count = sum(len(group.open) + len(group.closed) for group in found)
    context = {"tabs": _tabs("rest"), "query": query, "groups": found, "count": count}
    return show(request, "api/playground/rest.html", context, fragment="calls")


@personal("explains one call of REST, which answers with what the person may see and do")
@require_safe
def operation(request: HttpRequest, operation: str) -> HttpResponse:
    call = operations().get(operation)
    if call is None:
        raise Http404
    root = _root(request)
    context = {
        "tabs": _tabs("rest"),
        "call": call,
        "root": root,
        "curl": curl(call.method, root + call.path, call.body),
        "decision": decision_on(request.user, call),
    }
    return show(request, "api/playground/operation.html", context)


@personal("offers to ask GraphQL, which answers with what the person may see and do")
@require_safe
def graphql(request: HttpRequest) -> HttpResponse:
    root = _root(request)
    flow = flow_named(request.GET.get("flow", ""))
    chips = [{"label": each.title, "url": f"?flow={each.name}", "current": each is flow} for each in FLOWS]
    context = {"tabs": _tabs("graphql"), "flow": flow, "chips": chips, "root": root}
    context["curl"] = curl("POST", root + reverse("graphql"), json.dumps({"query": str(flow.query)}))
    return show(request, "api/playground/graphql.html", context)


@personal("shows the types of GraphQL, the same for everybody")
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    query = _query(request)
    context = {"tabs": _tabs("schema"), "query": query, "types": types_of(query)}
    return show(request, "api/playground/schema.html", context, fragment="types")


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _tabs(current: str) -> list[dict[str, Any]]:
    named = (
        ("overview", _("How it works"), "api:playground"),
        ("rest", _("REST"), "api:playground-rest"),
        ("graphql", _("GraphQL"), "api:playground-graphql"),
        ("schema", _("GraphQL's types"), "api:playground-schema"),
    )
    return [{"label": label, "url": reverse(name), "current": key == current} for key, label, name in named]

"""The addresses of REST, made from what is published and offered, and the document that describes them."""

import functools
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI, Router

from trialcrm.access.gates import Gate
from trialcrm.api.domain.problems import Problem
from trialcrm.api.selectors.publishing import Published, everything
from trialcrm.api.views import files, live
from trialcrm.api.views.verbs.acting import Act, acts
from trialcrm.api.views.verbs.bodies import schema_of

from .answers import catch_problems, problem
from .document import Document, asked_by, parameters_of
from .entering import BearerToken, BrowserSession, Calls
from .reading import listed, read
from .shapes import ProblemShape, ToSign, page_shape_of, query_of, record_query_of, shape_of
from .writing import acted, to_sign

READ_FAULTS = (401, 403, 404, 405, 422, 429)
WRITE_FAULTS = (400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429)
ROOT = "/api/v1/"
ABOUT = """What the portal's pages do, for other programs, under the same rights and the same trail.

Keys are UUIDs. Times are ISO 8601 in UTC; dates are the site's own. Lists are paged by `next` and `previous`.
Every refusal is a problem (RFC 9457) with a sentence for people in `detail` and the fields at fault in `errors`."""


class PortalAPI(NinjaAPI):
    """REST under one address. Nothing in the document depends on who reads it."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        document = Document(super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params))
        document["paths"][f"{path_prefix or ROOT}events"] = deepcopy(live.DESCRIBED)
        return document.finished(ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}"))


def _faults(*statuses: int) -> dict[int, Any]:
    """Only the numbers: the document writes the one shape of problems itself, a thousand times quicker."""
    return dict.fromkeys(statuses)


def reading_of(item: Published) -> Router:
    """List and single record of one class."""
    router, words = Router(tags=[item.title]), item.name.replace("-", " ")

    def list_all(request: HttpRequest) -> HttpResponse:
        return listed(request, item)

    def read_one(request: HttpRequest, pk: UUID) -> HttpResponse:
        return read(request, item, pk)

    router.get(
        f"/{item.name}",
        response={200: page_shape_of(item.name), **_faults(*READ_FAULTS)},
        operation_id=f"{item.name}_list".replace("-", "_"),
        summary=f"List {words}",
        description=item.doc,
        openapi_extra={"parameters": asked_by(query_of(item.name))},
        url_name=item.name,
    )(list_all)
    router.get(
        f"/{item.name}/{{uuid:pk}}",
        response={200: shape_of(item.name), **_faults(*READ_FAULTS)},
        operation_id=f"{item.name}_one".replace("-", "_"),
        summary=f"One of {words}",
        description=item.doc,
        openapi_extra={"parameters": asked_by(record_query_of(item.name))},
        url_name=f"{item.name}-one",
    )(read_one)
    return router


def add_act(router: Router, act: Act) -> None:
    """One act: POST to the list, PATCH of the record, or POST to a word behind the record."""

    def make(request: HttpRequest) -> HttpResponse:
        return acted(request, act, None)

    def do(request: HttpRequest, pk: UUID) -> HttpResponse:
        return acted(request, act, pk)

    verb = router.patch if act.is_changing else router.post
    verb(
        _address(act),
        response={**_outcome(act), **_faults(*WRITE_FAULTS)},
        operation_id=act.operation,
        summary=act.doc.partition(".")[0],
        description=act.doc,
        openapi_extra=_extra(act),
        url_name=f"{act.on}-{act.name}",
    )(do if act.has_record else make)
    if act.signs is not None:
        _add_signing(router, act)


def _add_signing(router: Router, act: Act) -> None:
    def look(request: HttpRequest, pk: UUID) -> HttpResponse:
        return to_sign(request, act, pk)

    router.get(
        _address(act),
        response={200: ToSign, **_faults(*READ_FAULTS)},
        operation_id=f"{act.operation}_shown",
        summary="What is signed",
        url_name=f"{act.on}-{act.name}",
    )(look)


def _outcome(act: Act) -> dict[int, Any]:
    if act.made is None:
        return {204: None}
    return {201 if act.is_creating else 200: shape_of(act.on)}


def _address(act: Act) -> str:
    if not act.has_record:
        return f"/{act.on}" if act.name == "create" else f"/{act.on}/{act.name}"
    return f"/{act.on}/{{uuid:pk}}" if act.is_changing else f"/{act.on}/{{uuid:pk}}/{act.name}"


def _extra(act: Act) -> dict[str, Any]:
    schema = schema_of(act.body)
    content = {"application/json": {"schema": schema}}
    if act.takes_files:
        files = {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}}
        with_files = {**schema, "properties": {**schema["properties"], **files}}
        content["multipart/form-data"] = {"schema": with_files}
    parameters = parameters_of(takes_version=act.has_record, needs_version=act.is_changing)
    return {"requestBody": {"required": True, "content": content}, "parameters": parameters}


def make_api() -> PortalAPI:
    """The API with every class and every act."""
    api = PortalAPI(
        title="TrialCRM",
        version="1",
        description=ABOUT,
        docs_url=None,
        openapi_url=None,
        urls_namespace="api-v1",
        auth=[BearerToken(), BrowserSession()],
        throttle=[Calls()],
    )
    catch_problems(api)
    for item in everything():
        # One router for each class: an address has one view, whatever the method.
        router = reading_of(item)
        for act in acts():
            if act.on == item.name:
                add_act(router, act)
        api.add_router("", router)
    api.add_router("", files.router)
    return api


def addresses(api: PortalAPI) -> list[URLPattern]:
    """The URL patterns of the API, each closed by itself, and one for everything that it does not have."""
    patterns: list[Any] = api.urls[0]
    found = [URLPattern(item.pattern, gated(item.callback), item.default_args, item.name) for item in patterns]
    return [
        path("events", live.events, name="events"),
        *(item for item in found if item.name != "api-root"),
        path("<path:rest>", gated(nowhere), name="nowhere"),
    ]


def gated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open to whoever shows a token or a session in the call; says 401 where a page would lead to the sign-in.

    HEAD is answered as GET is; the server leaves the body out.
    """

    @functools.wraps(view)
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        method = request.method
        request.method = "GET" if method == "HEAD" else method
        response = view(request, *args, **kwargs)
        request.method = method
        if response.status_code == 405:
            return problem(Problem(405), Allow=response.headers.get("Allow", ""))
        return response

    enter.csrf_exempt = True  # type: ignore[attr-defined]
    enter.gate = Gate(machine="asks for a token or a session in every call")  # type: ignore[attr-defined]
    return login_not_required(enter)


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    return problem(Problem(404, "There is nothing at this address."))


api = make_api()

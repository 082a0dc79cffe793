"""How a view shows a page or the part of it that htmx asked for, and how a write announces itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import trigger_client_event

from .decisions import Words
from .forms import Form


def wants_fragment(request: HttpRequest) -> bool:
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, fragment: str = "", form: Form | None = None
) -> HttpResponse:
    """The page, or its named fragment for an htmx request; 422 when a submitted form was not accepted."""
    name = f"{template}#{fragment}" if fragment and wants_fragment(request) else template
    if form is not None:
        context = {**context, "form": form}
    status = 422 if form is not None and form.is_bound and form.errors else 200
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def done(request: HttpRequest, url: str, *announced: str, said: Words = "") -> HttpResponse:
    """Answer a write: say what happened, announce what changed, and go on to the record.

    Without script this is a plain redirect. With htmx the page that is open stays: it closes the dialog and
    its parts listen to the announced events.
    """
    if wants_fragment(request) and request.headers.get("X-Stay"):
        response = render(request, "components/said.html", {"said": said})
        for name in announced:
            trigger_client_event(response, name, {})
        return trigger_client_event(response, "done", {})
    if said:
        messages.success(request, str(said))
    if wants_fragment(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url, status=303)

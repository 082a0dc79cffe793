"""Choosing the study and site that pages are about."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from subjects import selectors
from trialcrm.access.gates import personal

KEY = "focus"


@personal("narrows pages to a study or site among those that the person may see")
def focus(request: HttpRequest) -> HttpResponse:
    chosen = selectors.focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    wanted = {"study": chosen.study, "site": chosen.site}
    request.session[KEY] = {name: str(place.pk) for name, place in wanted.items() if place}
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    query = urlencode(request.session[KEY])
    return redirect(f"{target}?{query}" if query else target)

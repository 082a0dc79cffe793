"""A participant's first page, and everything of their own as a file."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from subjects.domain.permissions import Perm
from trialcrm.access.gates import requires
from trialcrm.core.htmx import show
from trialcrm.dashboards import selectors


@requires(Perm.OWN_VISITS)
def my_today(request: HttpRequest) -> HttpResponse:
    return show(request, "dashboards/my_today.html", {"page": selectors.my_today(request.user)}, fragment="day")


@requires(Perm.OWN_VISITS)
def my_data(request: HttpRequest) -> HttpResponse:
    """One file that people and programs can read."""
    response = JsonResponse(selectors.my_data(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-record.json"'
    return response

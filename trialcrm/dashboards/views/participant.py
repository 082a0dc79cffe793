"""What a participant sees of their own visits."""

from django.http import HttpRequest, HttpResponse

from subjects import selectors
from subjects.domain.permissions import Perm
from trialcrm.access.gates import requires
from trialcrm.core.htmx import show


@requires(Perm.OWN_VISITS)
def my_visits(request: HttpRequest) -> HttpResponse:
    return show(request, "dashboards/my_visits.html", {"visits": selectors.own_visits(request.user)})

"""One visit: its dates, its window, its bookings."""

import uuid

from django.http import HttpRequest, HttpResponse

from subjects import selectors
from subjects.domain.permissions import Perm
from trialcrm.access.gates import requires
from trialcrm.core.htmx import show


@requires(Perm.VIEW_VISIT)
def visit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = selectors.visit_for(request.user, pk)
    page = selectors.visit_page(request.user, found)
    # Opened beside a list it brings its own head; refreshed in its place only what may have changed.
    fragment = "panel" if request.headers.get("HX-Target") == "panel" else "body"
    shown = {"page": page, "row": page.row, "visit": found}
    return show(request, "subjects/visits/visit.html", shown, fragment=fragment)

"""Studies, and one study."""

import uuid

from django.http import HttpRequest, HttpResponse

from subjects import selectors
from subjects.domain.permissions import Perm
from trialcrm.access.gates import requires
from trialcrm.core.figures import bars
from trialcrm.core.htmx import show


@requires(Perm.VIEW_STUDY)
def studies(request: HttpRequest) -> HttpResponse:
    return show(request, "subjects/studies/studies.html", {"studies": selectors.studies_with_counts(request.user)})


@requires(Perm.VIEW_STUDY)
def study(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    page = selectors.study_page(request.user, pk)
    shown = {"page": page, "study": page.study, "funnel": bars(selectors.funnel_rows(page.counts, f"?study={pk}"))}
    return show(request, "subjects/studies/study.html", shown)

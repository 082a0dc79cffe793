"""Imports: the list, a new one, one that runs or is over."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from subjects.domain.permissions import Perm as StudyPerm
from trialcrm.access.gates import requires
from trialcrm.cdisc import policies, selectors, services
from trialcrm.cdisc.domain.permissions import Perm
from trialcrm.cdisc.forms import NewImport
from trialcrm.core.htmx import done, show
from trialcrm.core.paging import page_of


@requires(Perm.VIEW_RUN)
def imports(request: HttpRequest) -> HttpResponse:
    page = page_of(selectors.run_list(request.user), selectors.NEWEST_FIRST, request.GET)
    shown = {"page": page, "may_start": policies.start_import(request.user)}
    return show(request, "cdisc/runs/imports.html", shown, fragment="rows")


@requires(StudyPerm.IMPORT_STUDY)
def new_import(request: HttpRequest) -> HttpResponse:
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NewImport(*given)
    if request.method == "POST" and (run := form.tell(services.upload, by=request.user)):
        return done(request, run.get_absolute_url(), said=_("The import waits for its turn. You may leave this page."))
    return show(request, "cdisc/runs/new_import.html", {}, form=form)


@requires(Perm.VIEW_RUN)
def run(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return show(request, "cdisc/runs/run.html", {"page": selectors.run_page(request.user, pk)}, fragment="run")


@requires(StudyPerm.IMPORT_STUDY)
@require_POST
def run_again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    again = services.start_again(by=request.user, run=selectors.run_for(request.user, pk))
    return done(request, again.get_absolute_url(), said=_("The import waits for its turn once more."))

"""Who works at a site or on a study, one line of the delegation log, and one's own roles and tasks."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from subjects import selectors, services
from subjects.domain.permissions import Perm
from subjects.forms.team import AccessRequestForm
from trialcrm.access.gates import personal, requires
from trialcrm.core.htmx import done, show


@requires(Perm.VIEW_DELEGATION)
def site_team(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return show(request, "subjects/team/site_team.html", {"page": selectors.site_team(request.user, pk)})


@requires(Perm.VIEW_MEMBERSHIP)
def study_team(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return show(request, "subjects/team/study_team.html", {"page": selectors.study_team(request.user, pk)})


@requires(Perm.VIEW_DELEGATION)
def entry(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return show(request, "subjects/team/entry.html", {"entry": selectors.entry_for(request.user, pk)})


@personal("shows the person's own roles, tasks and requests, and takes a request for a role")
def my_team(request: HttpRequest) -> HttpResponse:
    form = AccessRequestForm(request.POST or None)
    if request.method == "POST" and form.tell(_ask, by=request.user):
        # The same words whether there is such a study or not.
        said = _("If there is such a study and site, its people see your request now.")
        return done(request, reverse("subjects:my-team"), said=said)
    return show(request, "subjects/team/my_team.html", {"team": selectors.own_team(request.user)}, form=form)


def _ask(**given: Any) -> bool:
    services.request_access(**given)
    return True

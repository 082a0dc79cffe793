"""Studies, and one study."""

import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.forms.studies import StudyForm, StudyMoveForm
from trialcrm.access.gates import requires
from trialcrm.core.decisions import Words, require
from trialcrm.core.figures import bars
from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show


@requires(Perm.VIEW_STUDY)
def studies(request: HttpRequest) -> HttpResponse:
    return show(request, "subjects/studies/studies.html", {"studies": selectors.studies_with_counts(request.user)})


@requires(Perm.VIEW_STUDY)
def study(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    page = selectors.study_page(request.user, pk)
    shown = {"page": page, "study": page.study, "funnel": bars(selectors.funnel_rows(page.counts, f"?study={pk}"))}
    return show(request, "subjects/studies/study.html", shown)


class Act(NamedTuple):
    """What is done with a study: its template, what is asked, who does it, and what is said."""

    name: str
    label: Words
    form: Callable[..., Form]
    service: Callable[..., Any]
    said: Words


CHANGE = Act("change", _("Change the titles"), StudyForm, services.change_study, _("Titles changed."))
MOVE = Act("move", _("Change the status"), StudyMoveForm, services.move_study, _("Status changed."))


def _act(request: HttpRequest, pk: uuid.UUID, act: Act) -> HttpResponse:
    found = selectors.study_for(request.user, pk)
    require(policies.change_study(request.user, found))
    form = act.form(request.POST if request.method == "POST" else None, study=found)
    if request.method == "POST" and form.tell(act.service, study=found, by=request.user):
        return done(request, found.get_absolute_url(), "study-changed", said=act.said)
    shown = {"act": act, "study": found}
    return show(request, f"subjects/studies/{act.name}.html", shown, fragment="dialog", form=form)


@requires(Perm.CHANGE_STUDY)
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Correct the titles of a study."""
    return _act(request, pk, CHANGE)


@requires(Perm.CHANGE_STUDY)
def move(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Open, suspend, close or end a study."""
    return _act(request, pk, MOVE)

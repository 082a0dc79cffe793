"""The screening queue, one attempt, and the chart's tab on screening and consent."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.forms.screening import AttemptForm, QueueFilters, RescreenForm, RevokeForm
from trialcrm.access.gates import requires
from trialcrm.core import clock
from trialcrm.core.csv import csv_response
from trialcrm.core.decisions import Words, require
from trialcrm.core.htmx import done, show
from trialcrm.core.paging import page_of, sort_heading
from trialcrm.users.domain.signatures import Meaning
from trialcrm.users.forms import SigningForm

from .charts import chart_page


@requires(Perm.VIEW_SCREENING)
def screening(request: HttpRequest) -> HttpResponseBase:
    """The queue: who is being screened, oldest first."""
    focus = selectors.focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    filters = QueueFilters(request.GET, user=request.user, focus=focus)
    order = selectors.QUEUE_ORDERS.get(request.GET.get("sort", ""), selectors.QUEUE_ORDERS["oldest"])
    if request.GET.get("format") == "csv":
        lines = selectors.queue_lines(request.user, filters.rows().order_by(*order.fields))
        return csv_response("screening", selectors.QUEUE_COLUMNS, lines)
    page = page_of(filters.rows(), order, request.GET)
    query = request.GET.copy()
    query.setdefault("sort", "oldest")
    shown = {
        "filters": filters,
        "page": page,
        "chips": filters.chips(request.GET),
        "rows": selectors.queue_rows(request.user, page.rows),
        "by_id": sort_heading(query, _("Participant"), "id", "-id"),
        "by_age": sort_heading(query, _("Days used"), "oldest", "newest"),
    }
    return show(request, "subjects/screening/screening.html", shown, fragment="rows")


SERVICES: dict[str, tuple[Callable[..., Any], Words]] = {
    "save": (services.answer_criteria, gettext_lazy("Answers saved.")),
    "passed": (services.pass_screening, gettext_lazy("Screening passed. An investigator confirms eligibility.")),
    "failed": (services.fail_screening, gettext_lazy("Screening failed.")),
}


@requires(Perm.VIEW_SCREENING)
def attempt(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One attempt: its criteria to answer and its result, or what was decided."""
    page = selectors.attempt_page(request.user, pk)
    may_answer = policies.answer_criteria(request.user, page.screening)
    posted = request.POST if request.method == "POST" else None
    if posted is not None:
        require(may_answer)
    form = AttemptForm(posted, attempt=page) if may_answer else None
    if form and posted is not None:
        service, said = SERVICES[form.act]
        if form.tell(service, screening=page.screening, by=request.user):
            return done(request, page.screening.get_absolute_url(), "screening-changed", said=said)
    shown = {"page": page, "screening": page.screening, "subject": page.screening.subject}
    return show(request, "subjects/screening/attempt.html", shown, fragment="panel", form=form)


@requires(Perm.CHANGE_SCREENING)
def marks(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How the answers stand as typed, without saving anything."""
    page = selectors.attempt_for(request.user, pk)
    require(policies.answer_criteria(request.user, page.screening))
    form = AttemptForm(request.POST, attempt=page)
    return show(request, "subjects/screening/marks.html", {"form": form})


@requires(Perm.CONFIRM_ELIGIBILITY)
def confirm(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = selectors.screening_for(request.user, pk)
    require(policies.confirm_eligibility(request.user, found))
    posted = request.POST if request.method == "POST" else None
    form = SigningForm(posted, request=request, record=found, meaning=Meaning.ELIGIBLE)
    if request.method == "POST" and form.tell(services.confirm_eligibility, screening=found, by=request.user):
        return done(request, found.get_absolute_url(), "screening-changed", said=_("Eligibility confirmed."))
    return show(request, "subjects/screening/confirm.html", {"screening": found}, fragment="dialog", form=form)


@requires(Perm.CHANGE_SCREENING)
def revoke(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = selectors.screening_for(request.user, pk)
    require(policies.revoke_pass(request.user, found))
    form = RevokeForm(request.POST if request.method == "POST" else None, today=clock.today(found.site.time_zone))
    if request.method == "POST" and form.tell(services.revoke_pass, screening=found, by=request.user):
        return done(request, found.get_absolute_url(), "screening-changed", said=_("Pass revoked."))
    return show(request, "subjects/screening/revoke.html", {"screening": found}, fragment="dialog", form=form)


@requires(Perm.VIEW_SCREENING)
def tab(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    subject = selectors.subject_for(request.user, pk, Perm.VIEW_SCREENING)
    shown = {"found": selectors.screening_tab(request.user, subject)}
    return chart_page(request, pk, "screening", "subjects/screening/tab.html", shown)


@requires(Perm.CHANGE_SCREENING)
def rescreen(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    subject = selectors.subject_for(request.user, pk, Perm.VIEW_SCREENING)
    require(policies.rescreen(request.user, subject))
    form = RescreenForm(request.POST if request.method == "POST" else None, today=clock.today(subject.site.time_zone))
    if request.method == "POST" and (opened := form.tell(services.rescreen, subject=subject, by=request.user)):
        return done(request, opened.get_absolute_url(), "screening-changed", said=_("Another attempt is open."))
    return show(request, "subjects/screening/rescreen.html", {"subject": subject}, fragment="dialog", form=form)

"""The participant's own reports of how they feel."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from safety import policies, selectors, services
from safety.domain.permissions import Perm
from safety.forms.symptoms import SymptomForm
from trialcrm.access.gates import requires
from trialcrm.core import clock
from trialcrm.core.decisions import require
from trialcrm.core.htmx import done, show


@requires(Perm.OWN_SYMPTOMS)
def my_symptoms(request: HttpRequest) -> HttpResponse:
    shown = {"symptoms": selectors.my_symptoms(request.user), "place": selectors.my_place(request.user)}
    return show(request, "safety/portal/my_symptoms.html", shown)


@requires(Perm.OWN_SYMPTOMS)
def report_symptom(request: HttpRequest) -> HttpResponse:
    subject = selectors.my_place(request.user)
    if subject is None:
        raise Http404
    require(policies.report_symptom(request.user, subject))
    form = SymptomForm(request.POST if request.method == "POST" else None, today=clock.today(subject.site.time_zone))
    if request.method == "POST" and form.tell(services.report_symptom, subject=subject, by=request.user):
        said = _("Thank you. Your study team has it now and will read it.")
        return done(request, reverse("safety:my-symptoms"), said=said)
    return show(request, "safety/portal/report_symptom.html", {"subject": subject}, form=form)

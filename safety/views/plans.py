"""How a study records safety."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from safety import policies, selectors, services
from safety.forms.closing import PlanForm
from subjects.domain.permissions import Perm
from subjects.selectors import study_for
from trialcrm.access.gates import requires
from trialcrm.core.decisions import require
from trialcrm.core.htmx import done, show


@requires(Perm.CHANGE_STUDY)
def plan(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    study = study_for(request.user, pk)
    require(policies.change_plan(request.user, study))
    known = selectors.plan_of(request.user, study)
    form = PlanForm(request.POST if request.method == "POST" else None, plan=known)
    if request.method == "POST" and form.tell(services.settle_plan, study=study, by=request.user):
        return done(request, study.get_absolute_url(), "study-changed", said=_("Safety plan settled."))
    return show(request, "safety/plans/plan.html", {"study": study}, fragment="dialog", form=form)

"""The Medication tab of a participant's chart."""

import uuid

from django.http import HttpRequest, HttpResponse

from medications import selectors
from medications.domain.permissions import Perm
from subjects.domain.permissions import Perm as SubjectPerm
from subjects.selectors import deviations_of, subject_for
from subjects.views.charts import chart_page
from trialcrm.access.gates import requires
from trialcrm.access.scope import scope_of


@requires(Perm.VIEW_ORDER)
def subject_medication(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    subject = subject_for(request.user, pk, Perm.VIEW_ORDER)
    scope = scope_of(request.user)
    shown = {
        "orders": selectors.orders_of(request.user, subject),
        "distributions": selectors.distributions_of(request.user, subject),
        "courses": selectors.adherence_of(request.user, subject) if scope.anywhere(Perm.VIEW_ADHERENCE) else [],
        "deviations": deviations_of(request.user, subject),
        "sees_deviations": scope.anywhere(SubjectPerm.VIEW_DEVIATION),
    }
    return chart_page(request, pk, "medication", "medications/tab/subject_medication.html", shown)

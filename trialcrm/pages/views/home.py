"""Where somebody lands after signing in, by what they may do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from subjects.domain.permissions import Perm
from trialcrm.access.gates import personal
from trialcrm.access.scope import scope_of

FIRST_PAGES = (
    (Perm.CHANGE_VISIT, "dashboards:today"),
    (Perm.VIEW_SUBJECT, "subjects:subjects"),
    (Perm.VIEW_STUDY, "dashboards:my-visits"),
)


@personal("leads to the first page that the person may open, or says that nothing is open yet")
def home(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request.user)
    for permission, page in FIRST_PAGES:
        if scope.anywhere(permission):
            return redirect(page)
    return render(request, "pages/nothing_yet.html")

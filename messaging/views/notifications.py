"""What somebody was told: under the bell, and read."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messaging import selectors
from messaging.domain.permissions import Perm
from messaging.services import notices
from subjects.domain.permissions import Perm as SubjectPerm
from trialcrm.access.gates import personal
from trialcrm.access.scope import scope_of
from trialcrm.core.htmx import done, show
from trialcrm.core.paging import page_of


@personal("shows only what the person was told themselves")
def notifications(request: HttpRequest) -> HttpResponse:
    if is_participant(request):
        return HttpResponseRedirect(reverse("messaging:my-notifications"))
    page = page_of(selectors.notifications_of(request.user), selectors.LATEST_FIRST, request.GET, size=30)
    shown = {
        "page": page,
        "lines": selectors.notice_lines(request.user, page.rows),
        "unread": selectors.unread(request.user),
    }
    return show(request, "messaging/notifications/notifications.html", shown, fragment="rows")


def is_participant(request: HttpRequest) -> bool:
    """Whether the person reads the participant's pages and not those of staff."""
    scope = scope_of(request.user)
    return scope.anywhere(Perm.OWN_MESSAGES) and not scope.anywhere(SubjectPerm.VIEW_SUBJECT)


@require_POST
@personal("marks only what the person was told themselves")
def read(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Without script, and with it, reading a notice leads to what it is about."""
    notification = selectors.notification_for(request.user, pk)
    notices.read(notification)
    (line,) = selectors.notice_lines(request.user, [notification])
    return done(request, line.url or reverse("messaging:notifications"), "notified")


@require_POST
@personal("marks only what the person was told themselves")
def read_all(request: HttpRequest) -> HttpResponse:
    notices.read_all(request.user)
    return done(request, reverse("messaging:notifications"), "notified", said=_("All marked as read."))

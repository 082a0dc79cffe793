"""Mails that could not be sent, for those who run the portal."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from messaging import policies, selectors, services
from trialcrm.access.gates import personal
from trialcrm.core.decisions import require
from trialcrm.core.htmx import done, show
from trialcrm.core.paging import Order, page_of


@personal("refuses everybody but operators, and shows no words of any mail")
def mails(request: HttpRequest) -> HttpResponse:
    require(policies.run_outbox(request.user))
    page = page_of(selectors.mails_given_up(), Order(("-created_at", "-id")), request.GET)
    return show(request, "messaging/mails/mails.html", {"page": page, "waiting": selectors.mails_waiting()})


@require_POST
@personal("refuses everybody but operators, and changes no words of any mail")
def retry(request: HttpRequest) -> HttpResponse:
    count = services.retry_mails(by=request.user)
    said = ngettext("%(n)d mail is sent again.", "%(n)d mails are sent again.", count) % {"n": count}
    return done(request, reverse("messaging:mails"), said=said if count else _("There is nothing to send again."))

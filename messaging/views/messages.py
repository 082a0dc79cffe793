"""Acts on one message, and its files."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from messaging import policies, selectors, services
from messaging.domain.permissions import Perm
from messaging.forms.conversations import TriageForm
from trialcrm.access.gates import requires
from trialcrm.core.decisions import require
from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show

from .answers import file_answer


@requires(Perm.TRIAGE_MESSAGE)
def triage(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    message = selectors.message_for(request.user, pk)
    require(policies.triage_message(request.user, message))
    initial = {"triage": message.triage}
    form = TriageForm(request.POST or None, is_again=bool(message.triage), initial=initial)
    if request.method == "POST" and form.tell(services.triage_message, message=message, by=request.user):
        return done(request, message.conversation.get_absolute_url(), "message-changed", said=_("Message sorted."))
    shown = {"message": message, "text": message.text, "zone": message.subject.site.time_zone}
    return show(request, "messaging/messages/triage.html", shown, fragment="dialog", form=form)


@requires(Perm.WRITE_MESSAGE)
def retract(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    message = selectors.message_for(request.user, pk)
    require(policies.retract_message(request.user, message))
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.tell(services.retract_message, message=message, by=request.user):
        return done(request, message.conversation.get_absolute_url(), "message-changed", said=_("Message retracted."))
    shown = {"message": message, "text": message.text, "zone": message.subject.site.time_zone}
    return show(request, "messaging/messages/retract.html", shown, fragment="dialog", form=form)


@requires(Perm.VIEW_CONVERSATION)
def attachment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return file_answer(request, selectors.attachment_for(request.user, pk), "messaging:attachment")

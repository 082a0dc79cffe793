"""A participant's messages with the site team, and what they were told."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messaging import policies, selectors, services
from messaging.domain.permissions import Perm
from messaging.forms.conversations import MessageForm, OwnMessageForm
from messaging.services.notices import read_about
from trialcrm.access.gates import requires
from trialcrm.core.decisions import require
from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show
from trialcrm.core.paging import page_of

from .answers import beside, file_answer, noted, written


@requires(Perm.OWN_MESSAGES)
def my_messages(request: HttpRequest) -> HttpResponse:
    page = page_of(selectors.own_conversations(request.user), selectors.NEWEST_FIRST, request.GET, size=20)
    shown = {"page": page, "has_undelivered": selectors.has_undelivered(request.user, Perm.OWN_MESSAGES)}
    return show(request, "messaging/portal/my_messages.html", shown, fragment="rows")


@requires(Perm.OWN_MESSAGES)
def my_message(request: HttpRequest) -> HttpResponse:
    subject = selectors.own_subject(request.user)
    form = OwnMessageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and (one := form.tell(services.start_conversation, subject=subject, by=request.user)):
        return done(request, reverse("messaging:my-conversation", args=[one.pk]), said=_("Message sent."))
    shown = {"contact": selectors.site_contact(subject.site_id)}
    return show(request, "messaging/portal/my_message.html", shown, form=form)


@requires(Perm.OWN_MESSAGES)
def my_conversation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = selectors.conversation_for(request.user, pk, Perm.OWN_MESSAGES)
    shown = {**beside(request, one, Perm.OWN_MESSAGES), "form": MessageForm()}
    return show(request, "messaging/portal/my_conversation.html", shown, fragment="thread")


@requires(Perm.OWN_MESSAGES)
def my_reply(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = selectors.conversation_for(request.user, pk, Perm.OWN_MESSAGES)
    require(policies.write_message(request.user, one))
    form = MessageForm(request.POST or None, request.FILES or None)
    template, shown = "messaging/portal/my_reply.html", {"conversation": one}
    if request.method == "POST" and form.tell(services.send_message, conversation=one, by=request.user):
        back = reverse("messaging:my-conversation", args=[pk])
        return written(request, template, {**shown, "form": MessageForm()}, back)
    return show(request, template, shown, fragment="composer", form=form)


@require_POST
@requires(Perm.OWN_MESSAGES)
def my_read(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = selectors.conversation_for(request.user, pk, Perm.OWN_MESSAGES)
    services.read_conversation(by=request.user, conversation=one)
    read_about(request.user, pk)
    return noted(request, reverse("messaging:my-conversation", args=[pk]))


@require_POST
@requires(Perm.OWN_MESSAGES)
def my_delivered(request: HttpRequest) -> HttpResponse:
    services.deliver_messages(by=request.user, permission=Perm.OWN_MESSAGES)
    return noted(request, reverse("messaging:my-messages"))


@requires(Perm.OWN_MESSAGES)
def my_retract(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    message = selectors.message_for(request.user, pk, Perm.OWN_MESSAGES)
    require(policies.retract_message(request.user, message))
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.tell(services.retract_message, message=message, by=request.user):
        back = reverse("messaging:my-conversation", args=[message.conversation_id])
        return done(request, back, "message-changed", said=_("Message retracted."))
    shown = {"message": message, "text": message.text, "zone": message.subject.site.time_zone}
    return show(request, "messaging/portal/my_retract.html", shown, fragment="dialog", form=form)


@requires(Perm.OWN_MESSAGES)
def my_attachment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = selectors.attachment_for(request.user, pk, Perm.OWN_MESSAGES)
    return file_answer(request, one, "messaging:my-attachment")


@requires(Perm.OWN_MESSAGES)
def my_notifications(request: HttpRequest) -> HttpResponse:
    page = page_of(selectors.notifications_of(request.user), selectors.LATEST_FIRST, request.GET, size=30)
    shown = {
        "page": page,
        "lines": selectors.notice_lines(request.user, page.rows),
        "unread": selectors.unread(request.user),
    }
    return show(request, "messaging/portal/my_notifications.html", shown, fragment="rows")

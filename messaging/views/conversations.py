"""The site's messages: the list, one conversation beside it, and writing."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messaging import policies, selectors, services
from messaging.domain.permissions import Perm
from messaging.forms.conversations import ContactForm, ConversationFilters, MessageForm, StartForm
from messaging.services.notices import read_about
from subjects import selectors as subjects
from subjects.views.charts import chart_page
from subjects.views.visits.links import linked
from trialcrm.access.gates import requires
from trialcrm.core.decisions import require
from trialcrm.core.htmx import done, show
from trialcrm.core.paging import page_of

from .answers import beside, noted, written


@requires(Perm.VIEW_CONVERSATION)
def conversations(request: HttpRequest) -> HttpResponse:
    focus = subjects.focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    filters = ConversationFilters(request.GET, user=request.user, focus=focus)
    shown = {
        "filters": filters,
        "page": page_of(filters.rows(), selectors.NEWEST_FIRST, request.GET, size=25),
        "chips": _chips(request, focus),
        "is_narrowed": any(request.GET.get(name) for name in ("q", "topic", "part")),
        "contact": selectors.site_contact(focus.chosen_sites[0].pk) if len(focus.chosen_sites) == 1 else None,
        "site": focus.chosen_sites[0] if len(focus.chosen_sites) == 1 else None,
        "has_undelivered": selectors.has_undelivered(request.user, Perm.VIEW_CONVERSATION),
    }
    return show(request, "messaging/conversations/conversations.html", shown, fragment="rows")


def _chips(request: HttpRequest, focus: Any) -> list[dict[str, Any]]:
    counts, now = selectors.conversation_counts(request.user, focus.site_ids), request.GET.get("part", "")
    parts = (
        ("", _("All")),
        ("waiting", _("Waiting for a reply")),
        ("unread", _("Not read")),
        ("unsorted", _("Not sorted")),
    )
    return [
        {
            "label": label,
            "count": counts.get(part),
            "url": linked(request, drop=("part",), **({"part": part} if part else {})),
            "current": part == now,
        }
        for part, label in parts
    ]


@requires(Perm.VIEW_CONVERSATION)
def conversation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = selectors.conversation_for(request.user, pk)
    shown = {**beside(request, one, Perm.VIEW_CONVERSATION), "form": MessageForm()}
    fragment = "thread" if getattr(request, "htmx", None) and request.htmx.target == "thread" else "panel"  # type: ignore[attr-defined]
    return show(request, "messaging/conversations/conversation.html", shown, fragment=fragment)


@requires(Perm.WRITE_MESSAGE)
def reply(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = selectors.conversation_for(request.user, pk)
    require(policies.write_message(request.user, one))
    form = MessageForm(request.POST or None, request.FILES or None)
    template, shown = "messaging/conversations/reply.html", {"conversation": one}
    if request.method == "POST" and form.tell(services.send_message, conversation=one, by=request.user):
        return written(request, template, {**shown, "form": MessageForm()}, one.get_absolute_url())
    return show(request, template, shown, fragment="composer", form=form)


@require_POST
@requires(Perm.VIEW_CONVERSATION)
def read(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = selectors.conversation_for(request.user, pk)
    services.read_conversation(by=request.user, conversation=one)
    read_about(request.user, pk)
    return noted(request, one.get_absolute_url())


@require_POST
@requires(Perm.VIEW_CONVERSATION)
def delivered(request: HttpRequest) -> HttpResponse:
    services.deliver_messages(by=request.user, permission=Perm.VIEW_CONVERSATION)
    return noted(request, reverse("messaging:conversations"))


@requires(Perm.WRITE_MESSAGE)
def start(request: HttpRequest) -> HttpResponse:
    initial = {"subject": request.GET.get("subject", "")}
    form = StartForm(request.POST or None, request.FILES or None, user=request.user, initial=initial)
    if request.method == "POST" and (one := form.tell(services.start_conversation, by=request.user)):
        return done(request, one.get_absolute_url(), "message-changed", said=_("Message sent."))
    return show(request, "messaging/conversations/start.html", {}, fragment="dialog", form=form)


@requires(Perm.VIEW_CONVERSATION)
def subject_messages(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    subject = subjects.subject_for(request.user, pk, Perm.VIEW_CONVERSATION)
    page = page_of(selectors.conversations_of(request.user, subject), selectors.NEWEST_FIRST, request.GET, size=20)
    return chart_page(request, pk, "messages", "messaging/conversations/subject_messages.html", {"page": page})


@requires(Perm.TRIAGE_MESSAGE)
def contact(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    site = subjects.site_for(request.user, str(pk))
    require(policies.set_site_contact(request.user, site))
    known = selectors.site_contact(site.pk)
    initial = {"emergency_phone": known.emergency_phone, "hours": known.hours} if known else {}
    form = ContactForm(request.POST or None, is_again=known is not None, initial=initial)
    if request.method == "POST" and form.tell(services.set_site_contact, site=site, by=request.user):
        return done(request, reverse("messaging:conversations"), "message-changed", said=_("Emergency number saved."))
    return show(request, "messaging/conversations/contact.html", {"site": site}, fragment="dialog", form=form)

"""What the pages of staff and of participants answer alike: a conversation, what was noted by itself, and files."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from messaging import selectors
from messaging.domain.permissions import Perm
from trialcrm.core import crypto
from trialcrm.core.decisions import Refused, refused, require
from trialcrm.core.htmx import done, show, wants_fragment

log = logging.getLogger(__name__)


class FileLost(Refused):
    """A file that is no longer there, or whose key is not."""

    def __init__(self) -> None:
        super().__init__(refused(_("This file cannot be opened any more.")))


def beside(request: HttpRequest, conversation: Any, permission: Perm) -> dict[str, Any]:
    """What a page shows of a conversation.

    Opening it counts as reading; what arrives while it is open does so only when the person does something.
    """
    messages = selectors.thread(request.user, conversation, permission)
    mine = {message.pk for message in selectors.meant_for(request.user, permission).filter(conversation=conversation)}
    return {
        "conversation": conversation,
        "thread": messages,
        "contact": selectors.site_contact(conversation.site_id),
        "zone": conversation.site.time_zone,
        "has_new": any(_is_new(request.user, shown) for shown in messages if shown.message.pk in mine),
        "by_itself": bool(request.headers.get("X-Background")),
    }


def _is_new(user: Any, shown: Any) -> bool:
    return not any(item.person_id == user.pk and item.read_at for item in shown.message.receipts.all())


def written(request: HttpRequest, template: str, shown: dict[str, Any], url: str) -> HttpResponse:
    """After a reply: an empty composer where the page is open, and what was sent appears in the thread."""
    if not wants_fragment(request):
        return done(request, url, said=_("Message sent."))
    response = show(request, template, {**shown, "said": _("Message sent.")}, fragment="composer")
    return trigger_client_event(response, "message-changed", {})


def noted(request: HttpRequest, url: str) -> HttpResponse:
    """An answer to what a page tells by itself; somebody without script goes back to the page."""
    return HttpResponse(status=204) if wants_fragment(request) else HttpResponseRedirect(url, status=303)


def file_answer(request: HttpRequest, attachment: Any, route: str) -> HttpResponse:
    """The file for a link that still opens it; without one, the way to a fresh link."""
    ticket = request.GET.get("ticket", "")
    if not ticket:
        fresh = selectors.ticket_for(request.user, attachment)
        return HttpResponseRedirect(f"{reverse(route, args=[attachment.pk])}?ticket={fresh}")
    return file_of(request.user, attachment, ticket)


def file_of(user: Any, attachment: Any, ticket: str) -> HttpResponse:
    """The file, if the ticket still opens it for the person.

    Browsers keep it as a file: never shown inside the portal, never guessed at, never run.

    Raises:
        Refused: the ticket does not open it.
        FileLost: there is nothing left to open.
    """
    require(selectors.check_ticket(user, attachment, ticket))
    response = HttpResponse(_content_of(user, attachment), content_type=attachment.media_type)
    response["Content-Disposition"] = content_disposition_header(True, attachment.file_name or "file")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _content_of(user: Any, attachment: Any) -> bytes:
    try:
        return selectors.content_of(user, attachment)
    except crypto.Unreadable:
        # With the key of its participant destroyed this is as it should be, otherwise not.
        log.warning("The file of attachment %s does not open", attachment.pk, exc_info=True)
        raise FileLost from None

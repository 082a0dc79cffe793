"""Files of messages, for programs: by an address that was signed for one person and lasts five minutes."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described

from messaging import selectors
from messaging.domain.permissions import Perm
from messaging.views.answers import FileLost, file_of
from trialcrm.api.domain.problems import Problem
from trialcrm.api.domain.tokens import Verb
from trialcrm.api.views.rest.entering import require_verb
from trialcrm.api.views.rest.shapes import ProblemShape
from trialcrm.api.views.verbs.acting import seen_or_own

FAULTS: dict[int, Any] = dict.fromkeys((401, 403, 404, 405, 410, 422, 429), ProblemShape)
BYTES = {"description": "The file as it was sent.", "content": {"application/octet-stream": {}}}

_attachment = seen_or_own(selectors.attachment_for, Perm.VIEW_CONVERSATION, Perm.OWN_MESSAGES)

router = Router(tags=["Message"])


class Ticket(BaseModel):
    """What the address of an attachment carries."""

    model_config = ConfigDict(extra="forbid")

    ticket: str = Described(max_length=400, description="From the address that came with the message")


@router.get(
    "/attachments/{uuid:pk}",
    response=FAULTS,
    operation_id="attachments_read",
    summary="A file of a message",
    description="The bytes of a file, by the address that came with its message. Opening it is logged.",
    openapi_extra={"responses": {200: BYTES}},
    url_name="attachments-one",
)
def attachment(request: HttpRequest, pk: UUID, asked: Ticket = Query(...)) -> HttpResponse:  # noqa: B008
    require_verb(request, Verb.READ)
    try:
        return file_of(request.user, _attachment(request.user, pk), asked.ticket)
    except FileLost as error:
        raise Problem(410, str(error)) from None

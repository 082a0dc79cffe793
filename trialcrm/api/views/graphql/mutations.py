"""Writing: one mutation for each act, with the body that REST takes, in a transaction of its own."""

import json
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

from trialcrm.api.domain.tokens import Verb
from trialcrm.api.selectors.publishing import published
from trialcrm.api.selectors.reading import one_row, show
from trialcrm.api.services.idempotency import digest_of_call
from trialcrm.api.views.rest.entering import require_verb
from trialcrm.api.views.rest.writing import Sent, carried_out
from trialcrm.api.views.verbs.acting import Act

from .answering import Asked, argument
from .asking import asked_here, wanted_of
from .kinds import Kinds, or_null, type_of
from .naming import input_name, mutation_name
from .records import kinds_of, record_of

ADDRESS = "/graphql"


def mutation_of(act: Act) -> Asked:
    """The mutation that does an act and answers with the record that came of it, as REST does; a token needs to be made
    for reading too where more is asked for than the record's own fields.
    """
    item = published(act.on)

    def answer(source: Any, info: Any, given: dict[str, Any]) -> Any:
        request, pk = info.context, given.get("id")
        wanted = wanted_of(request.user, item, asked_here(info))
        if wanted.links or wanted.many:
            # What was written is told to whoever wrote it; what stands beside it is read, also when a call is repeated.
            require_verb(request, Verb.READ)

        def shown(made: UUID | None, is_again: bool) -> Any:
            if made is None:
                return None
            row = one_row(request.user, item, made)
            return show(request.user, item, [row], wanted)[0]

        return carried_out(request, act, pk, lambda: _sent(act, pk, given), shown)

    return Asked(mutation_name(act), or_null(record_of(act.on)), answer, _arguments(act), doc=act.doc)


def _sent(act: Act, pk: UUID | None, given: dict[str, Any]) -> Sent:
    body = given.get("input", {})
    digest = digest_of_call("POST", f"{ADDRESS} {act.operation} {pk}", _canonical(body))
    return Sent(body, key=given.get("idempotencyKey", ""), digest=digest, version=given.get("ifMatch", ""))


def _canonical(body: dict[str, Any]) -> bytes:
    return json.dumps(body, cls=DjangoJSONEncoder, sort_keys=True).encode()


def _arguments(act: Act) -> list[Any]:
    found = [argument("id", UUID, doc="The key of the record.", needed=True)] if act.has_record else []
    fields = Kinds(input_name(act).removesuffix("Input"), is_input=True, known=kinds_of(act.on)).fields_of(act.body)
    if fields:
        needed = any(field.is_required() for field in act.body.model_fields.values())
        taken = type_of(input_name(act), fields, doc=act.doc, is_input=True)
        found.append(argument("input", taken, needed=needed))
    words = "A word of your own for this call: sent again, it is not done twice."
    found.append(argument("idempotencyKey", str, doc=words))
    if act.has_record:
        words = "The `etag` of the record as you read it: nothing is written over somebody else's change."
        found.append(argument("ifMatch", str, doc=words, needed=act.is_changing))
    return found

"""The address of GraphQL: one call, one document, as JSON."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from trialcrm.api.domain.problems import Problem
from trialcrm.api.views.rest.answers import SAID, answer, problem_of
from trialcrm.api.views.rest.entering import let_in
from trialcrm.api.views.rest.entrances import gated
from trialcrm.api.views.rest.writing import json_of, no_text

from .schema import schema
from .told import TOO_DEEP, refused, told

LONGEST_QUERY = 20_000
LARGEST_BODY = 1_000_000
#: NUL, as the language itself writes it.
NUL = re.compile(r"\\u(0000|\{0+\})")
ALLOWED = (OperationType.QUERY, OperationType.MUTATION)


@gated
def graphql(request: HttpRequest) -> HttpResponse:
    """Answer one query or mutation. What cannot be read or costs too much is refused with 400 before anything is
    asked of the database but who calls; whatever else goes wrong stands in `errors`, beside what could be answered.
    """
    try:
        if request.method != "POST":
            return refused(Problem(405, "Send a query as JSON, with POST."), Allow="POST")
        let_in(request)
        return _answered(request, **_sent(request))
    except tuple(SAID) as error:
        return refused(problem_of(error))


def _sent(request: HttpRequest) -> dict[str, Any]:
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        raise Problem(413, "The body is larger than is taken here.")
    sent = json_of(request)
    if not isinstance(sent, dict):
        raise Problem(400, "Send one object with `query`; several in one call are not taken.")
    query, variables, name = sent.get("query"), sent.get("variables") or {}, sent.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise Problem(400, "Send the query as a text in `query`.")
    if len(query) > LONGEST_QUERY:
        raise Problem(400, f"A query has {LONGEST_QUERY} characters at most.")
    if NUL.search(query):
        raise no_text()
    if not isinstance(variables, dict) or not isinstance(name, str | None):
        raise Problem(400, "`variables` are an object, and `operationName` is a text.")
    return {"query": query, "variables": variables, "name": name}


def _answered(request: HttpRequest, query: str, variables: dict[str, Any], name: str | None) -> HttpResponse:
    try:
        result = schema.execute_sync(
            query, variables, context_value=request, operation_name=name, allowed_operation_types=ALLOWED
        )
    except (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError):
        raise Problem(400, "There is no operation of this name in the query.") from None
    except RecursionError:
        raise TOO_DEEP from None
    errors = [told(error) for error in result.errors or ()]
    if result.data is None:
        return answer({"errors": errors}, status=max(error["extensions"]["status"] for error in errors))
    return answer({"data": result.data, **({"errors": errors} if errors else {})})

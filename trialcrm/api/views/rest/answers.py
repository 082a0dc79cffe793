"""Answers as JSON, and problems in the words of RFC 9457."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled
from ninja.errors import ValidationError as BadParameters

from trialcrm.api.domain.problems import MEDIA_TYPE, Fault, Problem, TooOften
from trialcrm.core.decisions import Refused, StaleRecord
from trialcrm.users.services.proofs import SigningOver


def answer(values: Any, *, status: int = 200, **headers: str) -> HttpResponse:
    """Values as JSON; never kept by anything between the portal and its reader."""
    return JsonResponse(values, status=status, headers={"Cache-Control": "no-store", **headers})


def problem(found: Problem, **headers: str) -> HttpResponse:
    kept = {"Cache-Control": "no-store", **headers_of(found), **headers}
    return JsonResponse(found.told(), status=found.status, content_type=MEDIA_TYPE, headers=kept)


def headers_of(found: Problem) -> dict[str, str]:
    """What programs are told of a problem beside its body."""
    if isinstance(found, TooOften):
        return {"Retry-After": str(found.wait)}
    return {"WWW-Authenticate": 'Bearer realm="TrialCRM"'} if found.status == 401 else {}


SAID: dict[type[Exception], Callable[[Any], Problem]] = {
    Problem: lambda error: error,
    StaleRecord: lambda error: Problem(409, str(error)),
    Refused: lambda error: Problem(403, str(error), (Fault(error.field, str(error)),) if error.field else ()),
    Http404: lambda error: Problem(404, "There is no such record in your sight."),
    AuthenticationError: lambda error: Problem(401, "Send a token, or sign in with the browser."),
    SigningOver: lambda error: Problem(401, "Signing failed too often; the session is over."),
    RequestDataTooBig: lambda error: Problem(413, "The body is larger than is taken here."),
    TooManyFilesSent: lambda error: Problem(413, "There are more files than are taken here."),
    TooManyFieldsSent: lambda error: Problem(413, "There are more fields than are taken here."),
    MultiPartParserError: lambda error: Problem(400, "This is no form."),
    Throttled: lambda error: TooOften(error.wait or 1),
    BadParameters: lambda error: Problem(422, "Some parameters need another value.", _faults(error)),
    HttpError: lambda error: Problem(error.status_code, str(error)),
    # What the framework refuses with a page of its own, after those of which more can be said.
    SuspiciousOperation: lambda error: Problem(400, "This call cannot be read."),
    BadRequest: lambda error: Problem(400, "This call cannot be read."),
}


def problem_of(error: Exception) -> Problem:
    """What went wrong, for the person who called; the words of a refusal are the rule's own."""
    return next(say for kind, say in SAID.items() if isinstance(error, kind))(error)


def _faults(error: BadParameters) -> tuple[Fault, ...]:
    return tuple(Fault(str(item["loc"][-1]), str(item["msg"])) for item in error.errors)


def catch_problems(api: NinjaAPI) -> None:
    """Every error that has words for the caller becomes a problem; others stay errors of the portal."""

    def caught(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(problem_of(error))

    for kind in SAID:
        api.add_exception_handler(kind, caught)

"""Acts: one transaction each, once for each key, and not over somebody else's change; and their answers over REST."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from trialcrm.api.domain.problems import Fault, Problem
from trialcrm.api.domain.tokens import Verb
from trialcrm.api.selectors.publishing import Published, published
from trialcrm.api.selectors.reading import one_row
from trialcrm.api.selectors.versions import version_of, was_changed_by_others
from trialcrm.api.services.idempotency import claim, digest_of_call, give_back, keep, kept_record
from trialcrm.api.views.verbs.acting import Act, Call, allowed_record, perform, read_body, record_for
from trialcrm.core.decisions import Refused, refused, require
from trialcrm.users.domain.signatures import STATEMENTS
from trialcrm.users.middleware import end_for_failed_signing
from trialcrm.users.selectors.signatures import content_of, digest_of_record
from trialcrm.users.services.proofs import SigningOver, needs_address

from .answers import answer, problem, problem_of
from .entering import require_verb
from .reading import shown

LONGEST_KEY = 120
FAILURES = (Problem, Refused, Http404, SigningOver)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a call of an act: the body, the files, the caller's key for it with the digest that tells it from
    other calls, and the version of the record that the caller has read.
    """

    body: Any
    files: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    digest: str = ""
    version: str = ""


#: Gives the answer for the record that came of an act, and whether the act had been done before.
Answering = Callable[[UUID | None, bool], T]


def carried_out(
    request: HttpRequest, act: Act, pk: UUID | None, read: Callable[[], Sent], answering: Answering[T]
) -> T:
    """Do one act in a transaction of its own, once for each key, and answer with what came of it.

    What a service noted about a refusal, like a wrong password at a signature, is kept; nothing else is.

    Raises:
        Problem, Refused, Http404: nothing came of it, and why.
        SigningOver: signing failed too often; the session has been ended.
    """
    require_verb(request, act.verb)
    require(act.may_be_done_by(request.user))
    sent = read()
    if len(sent.key) > LONGEST_KEY:
        raise Problem(422, f"A key for a call has {LONGEST_KEY} characters at most.")
    with transaction.atomic():
        kept = claim(request.user, sent.key, sent.digest) if sent.key else None
        if sent.key and kept is None:
            return answering(kept_record(request.user, sent.key), True)
        try:
            made = _done(request, act, pk, sent)
        except FAILURES as error:
            if kept:
                give_back(kept)
            transaction.set_rollback(isinstance(error, ChangedMeanwhile))
            failed = error
        else:
            if kept:
                keep(kept, made)
            return answering(made, False)
    if isinstance(failed, SigningOver):
        end_for_failed_signing(request)
    raise failed


def acted(request: HttpRequest, act: Act, pk: UUID | None) -> HttpResponse:
    """Do one act and answer with the record that came of it."""

    def answering(made: UUID | None, is_again: bool) -> HttpResponse:
        response = _answer(request, act, made)
        if is_again:
            response["Idempotent-Replayed"] = "true"
        return response

    try:
        return carried_out(request, act, pk, lambda: _sent(request, act), answering)
    except FAILURES as error:
        return problem(problem_of(error))


def to_sign(request: HttpRequest, act: Act, pk: UUID) -> HttpResponse:
    """What an act signs, as an answer."""
    return answer(what_is_signed(request, act, pk))


def what_is_signed(request: HttpRequest, act: Act, pk: UUID) -> dict[str, Any]:
    """What an act signs, line by line, with the digest to send back as `shown` (21 CFR 11.50, 11.70)."""
    require_verb(request, Verb.READ)
    require(act.may_be_done_by(request.user))
    record = allowed_record(act, request.user, pk)
    signed, meaning = act.signs(request.user, record)
    return {
        "statement": str(STATEMENTS[meaning]),
        "content": [{"name": line.name, "label": line.label, "shown": line.shown} for line in content_of(signed)],
        "shown": digest_of_record(signed),
        "asks_for_email": needs_address(request),
    }


class ChangedMeanwhile(Problem):
    """Another writer was first."""

    def __init__(self) -> None:
        super().__init__(412, "Somebody changed this record since you read it. Read it again.")


def _done(request: HttpRequest, act: Act, pk: UUID | None, sent: Sent) -> UUID | None:
    item = published(act.on)
    # What is not in sight, or may not be done, is said before what is wrong with the body.
    known = None if act.parent else allowed_record(act, request.user, pk)
    body = read_body(act, sent.body)
    record = known or record_for(act, request.user, pk, body)
    if act.signs is not None and getattr(request, "token", None) is not None:
        raise Refused(refused("A signature is given in a session of your own, and not with a token."))
    version = _version_expected(request, act, item, pk, sent.version)
    made = perform(act, Call(request, record, body), sent.files)
    if pk is not None and version and was_changed_by_others(item, one_row(request.user, item, pk), version):
        raise ChangedMeanwhile
    return made


def _version_expected(request: HttpRequest, act: Act, item: Published, pk: UUID | None, given: str) -> str:
    """The version that the caller has read; needed for a change of fields, heeded for everything.

    Raises:
        Problem: it is needed and not given (428), or no longer the record's (412).
    """
    if act.is_changing and not given:
        raise Problem(428, "Send the ETag of the record that you read as If-Match.")
    if not given or given == "*" or pk is None:
        return ""
    if version_of(item, one_row(request.user, item, pk)) != given:
        raise ChangedMeanwhile
    return given


def _sent(request: HttpRequest, act: Act) -> Sent:
    """What was sent, as JSON or, with files, as a form."""
    body, files, content = _form(request) if act.takes_files and _is_form(request) else _object(request)
    return Sent(
        body,
        files,
        key=request.headers.get("Idempotency-Key", ""),
        digest=digest_of_call(request.method or "", request.get_full_path(), content),
        version=request.headers.get("If-Match", ""),
    )


def _is_form(request: HttpRequest) -> bool:
    return request.content_type == "multipart/form-data"


def _form(request: HttpRequest) -> tuple[Any, dict[str, Any], bytes]:
    """Fields and files, and what tells them from others: a form has other words around them each time it is sent."""
    files = {name: request.FILES.getlist(name) for name in request.FILES}
    told = [json.dumps(sorted(request.POST.lists())), *(_digest(file) for name in files for file in files[name])]
    return request.POST.dict(), files, "\n".join(told).encode()


def _digest(file: Any) -> str:
    content = sha256()
    for chunk in file.chunks():
        content.update(chunk)
    file.seek(0)
    return f"{file.name} {content.hexdigest()}"


def _object(request: HttpRequest) -> tuple[Any, dict[str, Any], bytes]:
    sent = json_of(request)
    if not isinstance(sent, dict):
        raise Problem(422, "Send an object.", (Fault("", "An object with the fields of the act."),))
    return sent, {}, request.body


def json_of(request: HttpRequest) -> Any:
    """The body as JSON whose texts the database can hold.

    Raises:
        Problem: it is of another media type (415), no JSON (400), or has characters that are none (422).
    """
    if request.content_type != "application/json":
        raise Problem(415, "Send application/json.")
    try:
        sent = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise Problem(400, "This is no JSON.") from None
    if not all(is_text(each) for each in _texts_in(sent)):
        raise no_text()
    return sent


def no_text() -> Problem:
    words = "Text holds neither NUL nor halves of characters."
    return Problem(422, words, (Fault("", words),))


def is_text(text: str) -> bool:
    """Whether the database can hold it; half of a surrogate pair cannot even be written down."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _texts_in(sent: Any) -> Iterator[str]:
    """Every text in it, the names of fields too. It may be nested as deep as could just be read: nothing calls itself
    here.
    """
    left = [sent]
    while left:
        each = left.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            left += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            left += each


def _answer(request: HttpRequest, act: Act, made: UUID | None) -> HttpResponse:
    item = published(act.on)
    if made is None:
        return HttpResponse(status=204)
    row = one_row(request.user, item, made)
    response = shown(request, item, row, status=201 if act.is_creating else 200)
    if act.is_creating:
        response["Location"] = f"/api/v1/{item.name}/{made}"
    return response

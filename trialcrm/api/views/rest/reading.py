"""Lists and single records."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError as ValidationFailure
from django.http import HttpRequest, HttpResponse, QueryDict
from pydantic import BaseModel, ValidationError

from trialcrm.api.domain.problems import Fault, Problem
from trialcrm.api.domain.tokens import Verb
from trialcrm.api.selectors.publishing import Published
from trialcrm.api.selectors.reading import Wanted, narrowed, one_row, show
from trialcrm.api.selectors.versions import version_of
from trialcrm.api.views.verbs.acting import faults_of
from trialcrm.core.decisions import require
from trialcrm.core.paging import BadCursor, page_of

from .answers import answer
from .entering import require_verb
from .shapes import includes_of, query_of, record_query_of


def listed(request: HttpRequest, item: Published) -> HttpResponse:
    """One page of what is in sight."""
    _enter(request, item)
    asked = asked_of(query_of(item.name), request.GET).model_dump()
    if asked["order"] and asked["order"] not in item.orders_for(request.user):
        raise Problem(422, faults=(Fault("order", "One of: " + ", ".join(item.orders_for(request.user))),))
    wanted = _wanted(item, asked.get("include", ""))
    try:
        rows = narrowed(request.user, item, asked)
        page = page_of(rows, item.order(request.user, asked["order"]), request.GET, size=asked["limit"], strict=True)
    except BadCursor:
        raise Problem(422, faults=(Fault("page", "This is no page of this list."),)) from None
    except (ValueError, ValidationFailure):
        raise Problem(422, "One of the filters cannot have this value.") from None
    here = request.build_absolute_uri(request.path)
    return answer(
        {
            "items": show(request.user, item, page.rows, wanted),
            "next": here + page.next_url if page.next_url else None,
            "previous": here + page.previous_url if page.previous_url else None,
            "total": page.total,
            "total_is_more": page.total_is_more,
        }
    )


def read(request: HttpRequest, item: Published, pk: UUID) -> HttpResponse:
    """One record, with its version as the entity tag."""
    _enter(request, item)
    asked = asked_of(record_query_of(item.name), request.GET).model_dump()
    return shown(request, item, one_row(request.user, item, pk), include=asked.get("include", ""))


def shown(request: HttpRequest, item: Published, row: Any, *, status: int = 200, include: str = "") -> HttpResponse:
    """A record as the answer to a call, with its version to send back as `If-Match`.

    The version is that of the record and not of what stands beside it, so that `If-None-Match` is not heeded: an answer
    may be another one though the version is not.
    """
    version = version_of(item, row)
    (values,) = show(request.user, item, [row], _wanted(item, include))
    return answer(values, status=status, **({"ETag": version} if version else {}))


def _enter(request: HttpRequest, item: Published) -> None:
    require_verb(request, Verb.READ)
    require(item.may_be_read_by(request.user))


def asked_of(query: type[BaseModel], given: QueryDict) -> Any:
    """The parameters of an address by their types.

    Raises:
        Problem: with each that is unknown, repeated or of another type (422).
    """
    repeated = [name for name in given if len(given.getlist(name)) > 1]
    if repeated:
        raise Problem(422, faults=tuple(Fault(name, "Given more than once.") for name in repeated))
    unwritten = [name for name, value in given.items() if "\x00" in f"{name}{value}"]
    if unwritten:
        raise Problem(422, faults=tuple(Fault(name, "Text holds no NUL characters.") for name in unwritten))
    try:
        return query.model_validate(given.dict())
    except ValidationError as error:
        raise Problem(422, "Some parameters need another value.", faults_of(error)) from None


def _wanted(item: Published, include: str) -> Wanted:
    """What `include` asks for: names of pointers, and of what those point to after a dot.

    Raises:
        Problem: one of them does not exist (422).
    """
    names = [name.strip() for name in include.split(",") if name.strip()]
    allowed = includes_of(item)
    if set(names) - set(allowed):
        raise Problem(422, faults=(Fault("include", "Any of: " + ", ".join(allowed)),))
    links: dict[str, Wanted] = {}
    for name in names:
        first, _dot, further = name.partition(".")
        known = links.get(first, Wanted())
        links[first] = Wanted(links={**known.links, further: Wanted()}) if further else known
    return Wanted(links=links)

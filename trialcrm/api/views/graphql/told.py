"""Errors, in the words that REST would use; what is a fault of the portal is noted here and not told."""

import logging
from typing import Any

from django.http import HttpResponse
from graphql import GraphQLError

from trialcrm.api.domain.problems import TITLES, Problem
from trialcrm.api.views.rest.answers import SAID, answer, headers_of, problem_of

from .naming import path_in_camel

log = logging.getLogger(__name__)
TOO_DEEP = Problem(400, "The query is nested too deeply.")
UNEXPECTED = "Something went wrong here. It was noted and will be looked at."


def told(error: GraphQLError) -> dict[str, Any]:
    """One error of an answer."""
    cause = error.original_error
    where = {"path": error.path} if error.path else {}
    if error.locations:
        where["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if cause is not None and isinstance(cause, tuple(SAID)):
        return {**said(problem_of(cause)), **where}
    if isinstance(cause, RecursionError):
        return said(TOO_DEEP)
    if cause is None or isinstance(cause, GraphQLError):
        return {"message": error.message, "extensions": {"status": 400, "detail": error.message}, **where}
    log.error("An error in GraphQL", exc_info=cause)
    return {"message": UNEXPECTED, "extensions": {"status": 500, "detail": UNEXPECTED}, **where}


def said(problem: Problem) -> dict[str, Any]:
    """A problem as an error of GraphQL."""
    detail = problem.detail or TITLES[problem.status]
    extensions: dict[str, Any] = {"status": problem.status, "detail": detail}
    if problem.faults:
        extensions["errors"] = [
            {"field": path_in_camel(fault.field), "message": fault.message} for fault in problem.faults
        ]
    return {"message": detail, "extensions": extensions}


def refused(problem: Problem, **headers: str) -> HttpResponse:
    """An answer to a call of which nothing was done."""
    return answer({"errors": [said(problem)]}, status=problem.status, **headers_of(problem), **headers)

"""Attempts to screen participants, with the answer to each criterion."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from subjects.domain.permissions import Perm
from subjects.domain.screening import Answer, CriterionKind, ScreeningStatus
from subjects.models import CriterionResult, Screening
from subjects.selectors.screening import QUEUE_ORDERS, QUEUE_PARTS, Line, lines_of
from trialcrm.api.selectors.publishing import (
    AT_SITE,
    Filter,
    Link,
    Part,
    Published,
    between,
    choices_of,
    columns,
    exact,
    in_sight,
    loaded,
    places,
    publish,
)


class CriterionAnswer(BaseModel):
    """One criterion of an attempt; no answer where it is still open."""

    criterion_id: UUID
    code: str
    kind: choices_of(CriterionKind)  # type: ignore[valid-type]
    answer: Literal[tuple(Answer.values)] | None  # type: ignore[valid-type]
    evidence: str
    met: bool | None
    assessed_by_id: UUID | None
    assessed_on: date | None


def _answers(user: Any, attempts: list[Any]) -> dict[UUID, list[dict[str, Any]]]:
    found = lines_of(user, attempts)
    return {
        attempt.pk: [_answer(line) for line in found[attempt.pk] if line.criterion.study_id == attempt.study_id]
        for attempt in attempts
    }


def _answer(line: Line) -> dict[str, Any]:
    result = line.result
    return {
        "criterion_id": line.criterion.pk,
        "code": line.criterion.code,
        "kind": line.criterion.kind,
        "answer": line.answer or None,
        "evidence": line.evidence,
        "met": line.met,
        "assessed_by_id": result.assessed_by_id if result else None,
        "assessed_on": result.assessed_on if result else None,
    }


def _queue(rows: Any, wanted: bool, user: Any) -> Any:
    waiting = rows.filter(QUEUE_PARTS[""], is_current=True)
    return waiting if wanted else rows.exclude(pk__in=waiting.values("pk"))


SCREENINGS = publish(
    Published(
        name="screenings",
        title="Screening",
        brief="Screening",
        doc="One attempt to screen a participant; the current one carries their screening status.",
        permission=Perm.VIEW_SCREENING,
        rows=lambda user: in_sight(Screening, user),
        parts=(Part(CriterionResult, "screening_id"),),
        fields=(
            *columns(Screening, "id", "subject_id", "study_id", "site_id", "attempt", screening_status="status"),
            *columns(Screening, "screening_date", "decided_on", "completed_by_id", "fail_reason", "notes"),
            *columns(Screening, "is_current", "eligible_on", "eligible_by_id"),
            loaded("criteria", list[CriterionAnswer], _answers, "The criteria in their order, each with its answer"),
            *columns(Screening, "created_at", "updated_at"),
        ),
        links=(
            Link("subject", "subjects"),
            *AT_SITE,
            Link("completed_by", "users"),
            Link("eligible_by", "users"),
        ),
        filters=(
            *places(),
            exact("screening_status", choices_of(ScreeningStatus), "status"),
            exact("is_current", bool),
            Filter("in_queue", bool, _queue, "Whether its participant is in screening, as in the screening queue"),
            exact("coordinator", UUID, "subject__coordinator_id", "Key of the participant's coordinator"),
            *between("screening_date", "screening_date"),
        ),
        orders={
            "screening_date": QUEUE_ORDERS["oldest"],
            "-screening_date": QUEUE_ORDERS["newest"],
        },
    )
)

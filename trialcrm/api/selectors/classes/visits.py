"""Visits of participants."""

from typing import Any
from uuid import UUID

from subjects import selectors
from subjects.domain.permissions import Perm
from subjects.domain.visits import OPEN, VisitKind, VisitStatus, WindowState, window_state
from subjects.models import Visit
from subjects.selectors.visits import VISIT_ORDERS
from trialcrm.api.selectors.publishing import (
    AT_SITE,
    Filter,
    Link,
    Many,
    Published,
    between,
    choices_of,
    columns,
    computed,
    exact,
    in_sight,
    places,
    publish,
)
from trialcrm.core import clock


def _state(visit: Any) -> str | None:
    found = window_state(visit.window, visit.status, visit.started_on, clock.today(visit.site.time_zone))
    return found.value if found else None


def _in_state(rows: Any, state: str, user: Any) -> Any:
    return selectors.in_window_state(rows, selectors.focus_of(user, "", ""), state)


def _open(rows: Any, wanted: bool, user: Any) -> Any:
    return rows.filter(status__in=OPEN) if wanted else rows.exclude(status__in=OPEN)


VISITS = publish(
    Published(
        name="visits",
        title="Visit",
        brief="Visit",
        doc="A visit of one participant, with its target and window.",
        permission=Perm.VIEW_VISIT,
        own_permission=Perm.OWN_VISITS,
        rows=lambda user: in_sight(Visit, user).select_related("subject", "site"),
        fields=(
            *columns(Visit, "id", "subject_id", "study_id", "site_id", "planned_visit_id", "visit_num", "visit_type"),
            *columns(Visit, "kind", visit_status="status"),
            *columns(Visit, "is_unscheduled", "unscheduled_reason", "target_on", "opens_on", "closes_on", "due_on"),
            computed("window_state", choices_of(WindowState) | None, _state, "Where it stands to its window today"),
            *columns(Visit, "scheduled_at", "location", "coordinator_id", "arrived_at", "started_on", "ended_on"),
            *columns(Visit, "study_day", "deviation_days", "out_of_window_reason", "move_reason", "not_done_reason"),
            *columns(Visit, "created_at", "updated_at"),
        ),
        withheld=frozenset(
            {
                "unscheduled_reason",
                "window_state",
                "deviation_days",
                "out_of_window_reason",
                "move_reason",
                "not_done_reason",
            }
        ),
        links=(
            Link("subject", "subjects"),
            *AT_SITE,
            Link("coordinator", "users"),
            Link("planned_visit", "planned-visits"),
        ),
        many=(Many("appointments", "appointments", "visit_id"),),
        filters=(
            *places(),
            exact("visit_status", choices_of(VisitStatus), "status"),
            Filter("window_state", choices_of(WindowState), _in_state, "Where it stands to its window today"),
            Filter("is_open", bool, _open, "Whether it is still to be done"),
            exact("kind", choices_of(VisitKind)),
            exact("coordinator", UUID, "coordinator_id", "Key of the coordinator"),
            *between("due", "due_on", doc="By the day on which it is due or took place"),
        ),
        orders={
            "due_on": VISIT_ORDERS["due"],
            "-due_on": VISIT_ORDERS["-due"],
            "subject_id": VISIT_ORDERS["participant"],
            "-subject_id": VISIT_ORDERS["-participant"],
        },
    )
)

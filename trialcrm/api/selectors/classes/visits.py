"""Studies, sites, participants and their visits."""

from typing import Any

from django.db.models import OuterRef, Subquery

from subjects.domain.permissions import Perm
from subjects.domain.visits import VisitStatus
from subjects.models import Screening, Study, Subject, Visit
from subjects.selectors.visits import VISIT_ORDERS
from trialcrm.api.selectors.publishing import (
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
from trialcrm.core.paging import Order

STUDIES = publish(
    Published(
        name="studies",
        title="Study",
        brief="Study",
        doc="A protocol.",
        permission=Perm.VIEW_STUDY,
        rows=lambda user: in_sight(Study, user),
        fields=columns(Study, "id", "protocol_id", "title", "status", "created_at", "updated_at"),
        many=(Many("subjects", "subjects", "study_id"), Many("visits", "visits", "study_id")),
        filters=(exact("status", str),),
        orders={"protocol_id": Order(("protocol_id", "id"))},
    )
)


def _subjects(user: Any) -> Any:
    current = Screening.objects.filter(subject=OuterRef("pk"), is_current=True)
    rows = in_sight(Subject, user, own_permission=Perm.OWN_VISITS)
    return rows.annotate(screening_status=Subquery(current.values("status")[:1]))


SUBJECTS = publish(
    Published(
        name="subjects",
        title="Subject",
        brief="Subject",
        doc="A participant, coded: no name, no birth date.",
        permission=Perm.VIEW_SUBJECT,
        own_permission=Perm.OWN_VISITS,
        rows=_subjects,
        fields=(
            *columns(Subject, "id", "subject_id", "state", "study_id", "site_id", "coordinator_id", "sex_at_birth"),
            computed("screening_status", str | None, "screening_status", "Status of the current attempt"),
            *columns(Subject, "created_at", "updated_at"),
        ),
        links=(Link("study", "studies"),),
        many=(Many("visits", "visits", "subject_id"),),
        filters=(*places("study", "site"), exact("screening_status", str), exact("coordinator", str, "coordinator_id")),
        orders={"subject_id": Order(("subject_id", "id")), "-created_at": Order(("-created_at", "-id"))},
    )
)

VISITS = publish(
    Published(
        name="visits",
        title="Visit",
        brief="Visit",
        doc="A visit of one participant, with its target and window.",
        permission=Perm.VIEW_VISIT,
        own_permission=Perm.OWN_VISITS,
        rows=lambda user: in_sight(Visit, user),
        fields=(
            *columns(Visit, "id", "subject_id", "study_id", "site_id", "visit_num", "visit_type", "kind"),
            *columns(Visit, visit_status="status"),
            *columns(Visit, "target_on", "opens_on", "closes_on", "due_on", "scheduled_at", "location"),
            *columns(Visit, "coordinator_id", "started_on", "ended_on", "study_day", "deviation_days"),
            *columns(Visit, "out_of_window_reason", "not_done_reason", "created_at", "updated_at"),
        ),
        withheld=frozenset({"out_of_window_reason", "not_done_reason", "deviation_days"}),
        links=(Link("subject", "subjects"), Link("study", "studies")),
        filters=(
            *places(),
            exact("visit_status", choices_of(VisitStatus), "status"),
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

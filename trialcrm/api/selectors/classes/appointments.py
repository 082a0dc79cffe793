"""Appointments: booked times of participants with staff, of visits and for anything else."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Q
from pydantic import Field as Described

from subjects import selectors
from subjects.domain.permissions import Perm
from subjects.domain.visits import AppointmentStatus
from subjects.models import Appointment, Site, Subject
from trialcrm.api.domain.problems import Fault, Problem
from trialcrm.api.selectors.publishing import (
    ABOUT_SUBJECT,
    BY_PATIENT,
    NEWEST_FIRST,
    Filter,
    Link,
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

#: A week as ISO 8601 writes it, like 2026-W10, in the two centuries that calendars here know.
WEEK = Annotated[str, Described(pattern=r"^(19|20)\d{2}-W\d{2}$")]


def _week(rows: Any, week: str, user: Any) -> Any:
    """By the calendar of each site, as on the page of the week.

    Raises:
        Problem: the year has no such week (422).
    """
    try:
        monday = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
    except ValueError:
        raise Problem(422, faults=(Fault("week", "There is no such week."),)) from None
    own = Subject.objects.visible_to(user, Perm.OWN_VISITS).values("site")
    seen = Site.objects.filter(Q(pk__in=own) | Q(pk__in=Site.objects.visible_to(user, Perm.VIEW_VISIT).values("pk")))
    return selectors.in_week(rows, selectors.Focus(sites=list(seen)), monday)


def _asking(rows: Any, wanted: bool, user: Any) -> Any:
    asking = rows.with_wish()
    return asking if wanted else rows.exclude(pk__in=asking.values("pk"))


APPOINTMENTS = publish(
    Published(
        name="appointments",
        title="Appointment",
        brief="Appointment",
        doc="A booked time of one participant with one provider. The participant may ask for another time.",
        permission=Perm.VIEW_VISIT,
        own_permission=Perm.OWN_VISITS,
        rows=lambda user: in_sight(Appointment, user).select_related("visit"),
        fields=(
            *columns(Appointment, "id", "subject_id", patient_id="subject_id"),
            *columns(Appointment, "study_id", "site_id", "visit_id", "provider_id", start_at="starts_at"),
            *columns(Appointment, end_at="ends_at"),
            *columns(Appointment, "location", "status", "reason"),
            computed("purpose", str, "purpose", "What it is for: its visit, or its reason"),
            *columns(Appointment, "confirmed_at", "confirmed_by", "cancelled_by", "ended_reason"),
            computed("has_wish", bool, "has_wish", "Whether the participant waits for an answer to their wish"),
            *columns(Appointment, "wish", "wished_at", "wish_answer", "wish_answered_at", "successor_id"),
            *columns(Appointment, "created_at", "updated_at"),
        ),
        withheld=frozenset({"ended_reason"}),
        links=(
            *ABOUT_SUBJECT,
            Link("visit", "visits"),
            Link("provider", "users"),
            Link("successor", "appointments"),
        ),
        filters=(
            *places(),
            BY_PATIENT,
            exact("provider", UUID, "provider_id", "Key of the provider"),
            exact("visit", UUID, "visit_id", "Key of the visit"),
            exact("status", choices_of(AppointmentStatus)),
            Filter("week", WEEK, _week, "A week like 2026-W10, by the calendar of each site"),
            Filter("has_wish", bool, _asking, "Whether the participant waits for an answer to their wish"),
            *between("start", "starts_at", datetime, "By when it begins"),
        ),
        orders={
            "start_at": Order(("starts_at", "id")),
            "-start_at": Order(("-starts_at", "-id")),
            **NEWEST_FIRST,
        },
    )
)

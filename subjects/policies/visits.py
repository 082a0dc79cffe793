"""Who books and records visits, and in which state of the visit."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from subjects.domain.participation import ENDED
from subjects.domain.permissions import Perm
from subjects.domain.visits import BOOKED, VISIT_LIFECYCLE, VisitStatus
from subjects.models import Subject, Visit
from trialcrm.access.asking import holds
from trialcrm.core import clock
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused

from .rights import may_write


def change_visits(user: Any, record: Any) -> Decision:
    return may_write(user, Perm.CHANGE_VISIT, record, _("Your role does not record visits."))


def still_takes_part(subject: Subject) -> Decision:
    if subject.state in ENDED:
        words = {"subject": subject, "state": subject.get_state_display().lower()}
        return refused(_("%(subject)s no longer takes part (%(state)s).") % words)
    return ALLOWED


def _move(user: Any, visit: Visit, to: str) -> Decision:
    return first_refusal(change_visits(user, visit), VISIT_LIFECYCLE.may_move(visit.status, to))


def schedule_visit(user: Any, visit: Visit) -> Decision:
    """A planned visit of somebody taking part is booked."""
    return first_refusal(_move(user, visit, VisitStatus.SCHEDULED), still_takes_part(visit.subject))


def reschedule_visit(user: Any, visit: Visit) -> Decision:
    booked = ALLOWED if visit.status in BOOKED else refused(_("This visit is not booked."))
    return first_refusal(change_visits(user, visit), booked, still_takes_part(visit.subject))


def start_visit(user: Any, visit: Visit) -> Decision:
    return _move(user, visit, VisitStatus.IN_PROGRESS)


def complete_visit(user: Any, visit: Visit) -> Decision:
    """Also a missed visit may be completed late; what took place is always recorded."""
    return _move(user, visit, VisitStatus.COMPLETED)


def miss_visit(user: Any, visit: Visit) -> Decision:
    """Nobody has missed a visit while its booked time or its window is still to come."""
    return first_refusal(_move(user, visit, VisitStatus.MISSED), _is_over(visit))


def _is_over(visit: Visit) -> Decision:
    today = clock.today(visit.subject.site.time_zone)
    window_over = visit.closes_on is not None and visit.closes_on < today
    booking_over = visit.scheduled_at is not None and visit.scheduled_at < clock.now()
    if window_over or booking_over:
        return ALLOWED
    return refused(_("Neither the booked time nor the window is over yet."))


def conduct_visit(person: Any, visit: Any) -> Decision:
    """Who is booked, for a visit of a participant or for anything else with them, records visits at their site."""
    words = {"name": person, "site": visit.site}
    right = holds(person, Perm.CHANGE_VISIT, visit, _("%(name)s does not record visits at site %(site)s.") % words)
    return replace(right, field="coordinator")


def cancel_visit(user: Any, visit: Visit) -> Decision:
    return _move(user, visit, VisitStatus.CANCELLED)


def add_unscheduled_visit(user: Any, subject: Subject) -> Decision:
    return first_refusal(change_visits(user, subject), still_takes_part(subject))

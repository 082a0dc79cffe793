"""Who is told of what: each event, when it counts, who hears of it, in which words, and whether a mail goes out.

This page is the whole rule. The words of each kind stand in `domain/notices.py`; a mail never says what it is about.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from medications.events import DistributionChanged, FeedbackGiven, OrderChanged
from messaging.domain.notices import NoticeKind as Kind
from messaging.events import MessageSent
from safety.events import BecameSerious, ReportSent, ReviewAsked, SymptomReported
from subjects.events import ConsentChanged, ScreeningChanged, VisitChanged
from trialcrm.access.roles import Role

PARTICIPANT = frozenset({Role.PART})
COORDINATORS = frozenset({Role.CRC})
INVESTIGATORS = frozenset({Role.PI, Role.SUBI})
PHARMACISTS = frozenset({Role.PHARM, Role.UPHARM})
TEAM = COORDINATORS | INVESTIGATORS
LEAD = frozenset({Role.CRC, Role.PI})


def always(event: Any) -> bool:
    """Every event of the type counts."""
    return True


def with_status(*wanted: str) -> Callable[[Any], bool]:
    """Only events that brought the record into one of these states."""
    return lambda event: event.status in wanted


@dataclass(frozen=True, slots=True)
class Telling:
    """One line of the page. `record` names the event's field with the record that the notice leads to."""

    event: type
    kind: Kind
    roles: frozenset[Role]
    record: str
    mail: bool = False
    when: Callable[[Any], bool] = always


#: What happens, at the moment it happens. Whoever did it is not told.
TELLINGS = (
    Telling(MessageSent, Kind.MESSAGE_FROM_PARTICIPANT, TEAM, "conversation_id", True, lambda it: it.from_participant),
    Telling(MessageSent, Kind.MESSAGE_FROM_SITE, PARTICIPANT, "conversation_id", True, lambda it: it.to_participant),
    Telling(
        MessageSent,
        Kind.MESSAGE_FROM_COLLEAGUE,
        TEAM,
        "conversation_id",
        when=lambda it: not it.from_participant and not it.to_participant,
    ),
    Telling(BecameSerious, Kind.EVENT_SERIOUS, LEAD | {Role.SPSAF}, "event_id", True),
    Telling(SymptomReported, Kind.EVENT_REPORTED, TEAM, "event_id", True),
    Telling(ReviewAsked, Kind.EVENT_TO_ASSESS, INVESTIGATORS, "event_id", True),
    Telling(ReportSent, Kind.EVENT_REPORT_SENT, frozenset({Role.SPSAF}), "event_id", True),
    Telling(ScreeningChanged, Kind.SCREENING_PASSED, INVESTIGATORS, "screening_id", when=with_status("passed")),
    Telling(ConsentChanged, Kind.CONSENT_WITHDRAWN, LEAD | PHARMACISTS, "subject_id", True, with_status("withdrawn")),
    Telling(OrderChanged, Kind.ORDER_SIGNED, PARTICIPANT, "order_id", True, with_status("active")),
    Telling(DistributionChanged, Kind.KIT_DISPENSED, PARTICIPANT, "distribution_id", True, with_status("dispensed")),
    Telling(FeedbackGiven, Kind.FEEDBACK_GIVEN, PARTICIPANT, "record_id", True),
    Telling(VisitChanged, Kind.VISIT_BOOKED, PARTICIPANT, "visit_id", True, with_status("scheduled")),
    Telling(VisitChanged, Kind.VISIT_MOVED, PARTICIPANT, "visit_id", True, with_status("rescheduled")),
    Telling(VisitChanged, Kind.VISIT_CANCELLED, PARTICIPANT, "visit_id", True, with_status("cancelled")),
)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is told because time went by, once for each record and kind; found by the tick (`duties.py`)."""

    kind: Kind
    roles: frozenset[Role]
    mail: bool = True


#: Hours left of the 24 in which a site reports a serious event to the sponsor (ICH E2A, ICH E6(R3) 2.7.2).
CLOCKS = {
    12: Reminder(Kind.CLOCK_12, LEAD),
    4: Reminder(Kind.CLOCK_4, LEAD),
    0: Reminder(Kind.CLOCK_OVER, LEAD | {Role.SPMGR}),
}
#: Hours for which a participant's message has not been read by anybody of the site.
UNREAD = {24: Reminder(Kind.MESSAGE_UNREAD_DAY, TEAM), 72: Reminder(Kind.MESSAGE_UNREAD_LONG, TEAM)}
VISIT_OVERDUE = Reminder(Kind.VISIT_OVERDUE, LEAD, mail=False)
LOT_EXPIRING = Reminder(Kind.LOT_EXPIRING, PHARMACISTS)
#: Days before its expiry date from which a lot in stock is told of.
LOT_DAYS = 30
#: Three failed attempts to sign end the session (21 CFR 11.300(d)); operators are told as well.
SIGNING_FAILED = Reminder(Kind.SIGNING_FAILED, frozenset({Role.PI}))

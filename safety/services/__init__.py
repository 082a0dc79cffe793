"""The verbs of this app. Each asks its rule, locks, changes, records and publishes."""

from safety.domain.entries import Judged, Seen, Told

from .assessments import assess_event, change_assessment, sign_assessment
from .closing import close_event, close_events, dismiss_draft, reopen_event, resolve_event, void_event
from .events import ask_review, change_event, confirm_event, record_event, return_event
from .plans import settle_plan
from .reports import acknowledge_report, assess_as_sponsor, receive_report, send_report
from .symptoms import draft_event, report_event, report_symptom

__all__ = [
    "Judged",
    "Seen",
    "Told",
    "acknowledge_report",
    "ask_review",
    "assess_as_sponsor",
    "assess_event",
    "change_assessment",
    "change_event",
    "close_event",
    "close_events",
    "confirm_event",
    "dismiss_draft",
    "draft_event",
    "receive_report",
    "record_event",
    "reopen_event",
    "report_event",
    "report_symptom",
    "resolve_event",
    "return_event",
    "send_report",
    "settle_plan",
    "sign_assessment",
    "void_event",
]

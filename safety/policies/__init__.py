"""The rules of this app, each asked by the service to refuse and by the page to explain."""

from .events import (
    ask_review,
    assess_event,
    assess_medically,
    change_event,
    close_event,
    confirm_event,
    dismiss_draft,
    record_event,
    reopen_event,
    report_event,
    report_symptom,
    resolve_event,
    return_event,
    sign_assessment,
    void_event,
)
from .plans import change_plan
from .reports import acknowledge_report, assess_as_sponsor, receive_report, send_report

__all__ = [
    "acknowledge_report",
    "ask_review",
    "assess_as_sponsor",
    "assess_event",
    "assess_medically",
    "change_event",
    "change_plan",
    "close_event",
    "confirm_event",
    "dismiss_draft",
    "receive_report",
    "record_event",
    "reopen_event",
    "report_event",
    "report_symptom",
    "resolve_event",
    "return_event",
    "send_report",
    "sign_assessment",
    "void_event",
]

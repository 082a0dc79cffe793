"""The rules of this app, each asked by the service to refuse and by the page to explain."""

from .conversations import (
    read_conversation,
    retract_message,
    set_site_contact,
    start_among_staff,
    start_conversation,
    triage_message,
    write_message,
)
from .mails import run_outbox

__all__ = [
    "read_conversation",
    "retract_message",
    "run_outbox",
    "set_site_contact",
    "start_among_staff",
    "start_conversation",
    "triage_message",
    "write_message",
]

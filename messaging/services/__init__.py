"""The verbs of this app. Each asks its rule, locks, changes, records and publishes.

Notices and the outbox (`notices`, `outbox.drain`) are no records of the trial and stand in modules of their own.
"""

from .conversations import retract_message, send_message, set_site_contact, start_conversation
from .outbox import retry_mails
from .receipts import deliver_messages, read_conversation
from .triage import triage_message

__all__ = [
    "deliver_messages",
    "read_conversation",
    "retract_message",
    "retry_mails",
    "send_message",
    "set_site_contact",
    "start_conversation",
    "triage_message",
]

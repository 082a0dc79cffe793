"""Tables of this app."""

from .conversations import Attachment, Conversation, Message, MessageReceipt, SiteContact
from .notices import Notification, OutgoingMail

__all__ = [
    "Attachment",
    "Conversation",
    "Message",
    "MessageReceipt",
    "Notification",
    "OutgoingMail",
    "SiteContact",
]

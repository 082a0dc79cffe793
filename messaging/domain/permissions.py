"""What may be granted in this app. A permission is held on a study, a site or a subject."""

from enum import StrEnum


class Perm(StrEnum):
    VIEW_CONVERSATION = "view_conversation"
    WRITE_MESSAGE = "write_message"
    TRIAGE_MESSAGE = "triage_message"
    #: A participant's own conversations with the site team.
    OWN_MESSAGES = "own_messages"

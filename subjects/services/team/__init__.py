"""Who works on a study: roles, delegated tasks, invitations and requests."""

from .delegation import accept_entry, authorise_entry, change_entry, end_entry, propose_entry, withdraw_entry
from .offers import check_identity, invite, resend, take_up, withdraw_offer
from .requests import decline_request, grant_request, request_access
from .roles import appoint_founder, change_role, end_role, give_role

__all__ = [
    "accept_entry",
    "appoint_founder",
    "authorise_entry",
    "change_entry",
    "change_role",
    "check_identity",
    "decline_request",
    "end_entry",
    "end_role",
    "give_role",
    "grant_request",
    "invite",
    "propose_entry",
    "request_access",
    "resend",
    "take_up",
    "withdraw_entry",
    "withdraw_offer",
]

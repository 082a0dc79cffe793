"""Accounts, invitations, attempts to sign in, and signatures."""

from .accounts import SignInAttempts, User, UserManager
from .invitations import IdentityCheck, Invitation
from .signatures import Signature

__all__ = ["IdentityCheck", "Invitation", "SignInAttempts", "Signature", "User", "UserManager"]

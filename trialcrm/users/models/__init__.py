"""Accounts, attempts to sign in, and signatures."""

from .accounts import SignInAttempts, User, UserManager
from .signatures import Signature

__all__ = ["SignInAttempts", "Signature", "User", "UserManager"]

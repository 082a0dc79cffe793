"""Rules of accounts and signatures that need no database."""

from .accounts import Ending, LockRule, SessionRule, browser_and_system

__all__ = ["Ending", "LockRule", "SessionRule", "browser_and_system"]

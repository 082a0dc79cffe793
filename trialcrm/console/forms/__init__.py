"""Forms of the console: finding records and accounts, and what operators do to accounts."""

from .accounts import ReasonForm
from .search import Search

__all__ = ["ReasonForm", "Search"]

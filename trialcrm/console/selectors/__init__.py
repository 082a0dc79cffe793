"""What the console shows of a record, and what operators see of the installation."""

from .accounts import AccountLine, account_for, account_lines
from .fields import label_of, shown_fields
from .history import story_for
from .installation import Installation, installation
from .values import Wording, file_of, wording

__all__ = [
    "AccountLine",
    "Installation",
    "Wording",
    "account_for",
    "account_lines",
    "file_of",
    "installation",
    "label_of",
    "shown_fields",
    "story_for",
    "wording",
]

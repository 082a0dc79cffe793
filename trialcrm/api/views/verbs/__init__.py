"""Everything that other programs may do, by package; each module offers its acts when it is read."""

from . import subjects  # noqa: F401

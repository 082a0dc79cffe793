"""The published classes, by package, in the order in which they are documented."""

from . import visits  # noqa: F401

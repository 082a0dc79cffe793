"""What is published, and reading it; each module of `classes` publishes its classes when it is read."""

from . import classes  # noqa: F401

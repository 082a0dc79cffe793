"""The sponsor's console: Django's admin, read-only and within each reader's sight."""

from .registry import build
from .sites import Console

console = build(Console(name="console"))

__all__ = ["console"]

"""First pages and reports, put together from what the apps below can tell."""

from .coordinator import Tile, Today, today

__all__ = ["Tile", "Today", "today"]

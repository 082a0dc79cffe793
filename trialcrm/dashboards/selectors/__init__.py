"""First pages and reports, put together from what the apps below can tell."""

from .coordinator import Tile, Today, today
from .participant import MyToday, my_data, my_today

__all__ = ["MyToday", "Tile", "Today", "my_data", "my_today", "today"]

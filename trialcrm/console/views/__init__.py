"""Pages of the console and of those who run the installation."""

from .index import index
from .records import record, records

__all__ = ["index", "record", "records"]

"""The published classes, by package, in the order in which they are documented."""

from . import studies, people, screening, visits, appointments, notes, deviations  # noqa: F401, I001
from . import medications, adherence, stock, safety  # noqa: F401
from . import messaging, trail  # noqa: F401

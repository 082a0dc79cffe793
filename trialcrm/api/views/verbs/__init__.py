"""Everything that other programs may do, by package; each module offers its acts when it is read."""

from . import studies, subjects, participation, screening, visits, appointments, notes, deviations  # noqa: F401, I001
from . import medications, stock, safety, assessments  # noqa: F401
from . import messaging  # noqa: F401

"""Visit windows, which SDTM has no variable for.

From a table delivered beside the data, or from a public protocol.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from subjects.domain.visits import Anchor
from trialcrm.cdisc.domain.datasets import Source
from trialcrm.cdisc.domain.rules import AnchorPoint


@dataclass(frozen=True, slots=True)
class VisitWindow:
    """How many whole days before and after its target a visit may take place."""

    visit_num: Decimal
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class WindowTable:
    """The windows of a schedule and where they come from.

    `source` is the delivered file, or nothing for a table of this module; `anchor` limits the table to
    visits whose rule counts from that anchor.
    """

    windows: tuple[VisitWindow, ...]
    origin: str
    source: Source | None = None
    anchor: AnchorPoint | None = None

    def find(self, visit_num: Decimal, anchor: AnchorPoint) -> VisitWindow | None:
        """The window of one visit, or nothing."""
        if self.anchor is not None and self.anchor != anchor:
            return None
        return next((window for window in self.windows if window.visit_num == visit_num), None)


NO_WINDOWS = WindowTable((), "none delivered")


def _same_both_ways(days: int, visit_nums: Iterable[int]) -> tuple[VisitWindow, ...]:
    return tuple(VisitWindow(Decimal(number), days, days) for number in visit_nums)


# By study identifier. The protocol text schedules visits 1-13 relative to visit 3 and gives each its
# tolerance in days; another study under the same identifier whose visits count from something else is left
# without windows.
_PROTOCOLS = {
    "CDISCPILOT01": WindowTable(
        _same_both_ways(3, (4, 5, 7, 8, 13)) + _same_both_ways(4, (9, 10, 11, 12)),
        "Schedule of the public protocol H2Q-MC-LZZT, on which the CDISC pilot study is built",
        anchor=AnchorPoint(Anchor.VISIT, Decimal(3)),
    ),
}


def protocol_windows(study_id: str) -> WindowTable:
    """The windows of a study whose protocol is public, or a table without any."""
    return _PROTOCOLS.get(study_id, NO_WINDOWS)

"""Geometry of the portal's drawings: plain numbers in, places and words out; templates only draw.

Every horizontal place is a percentage (0 to 100) of the drawing's width unless the figure says otherwise.
"""

from .bars import Bar, bars
from .clocks import Deadline, Mark, deadline
from .curves import Curve, Point, curve
from .flows import Box, DoesNotAddUp, Flow, FlowArm, FlowCounts, Reason, flow
from .ledgers import Entry, Ledger, ledger
from .sparklines import Sparkline, sparkline
from .windows import WindowBar, window_bar

__all__ = [
    "Bar",
    "Box",
    "Curve",
    "Deadline",
    "DoesNotAddUp",
    "Entry",
    "Flow",
    "FlowArm",
    "FlowCounts",
    "Ledger",
    "Mark",
    "Point",
    "Reason",
    "Sparkline",
    "WindowBar",
    "bars",
    "curve",
    "deadline",
    "flow",
    "ledger",
    "sparkline",
    "window_bar",
]

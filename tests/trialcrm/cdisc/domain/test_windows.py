from decimal import Decimal

from subjects.domain.visits import Anchor
from trialcrm.cdisc.domain.rules import FIRST_DOSE, AnchorPoint
from trialcrm.cdisc.domain.windows import NO_WINDOWS, VisitWindow, WindowTable, protocol_windows

VISIT_3 = AnchorPoint(Anchor.VISIT, Decimal(3))


def test_a_public_protocol_gives_windows_to_visits_that_count_from_its_baseline_visit_only():
    table = protocol_windows("CDISCPILOT01")
    assert table.find(Decimal(9), VISIT_3) == VisitWindow(Decimal(9), 4, 4)
    assert table.find(Decimal(9), FIRST_DOSE) is None
    assert table.find(Decimal(6), VISIT_3) is None
    assert "H2Q-MC-LZZT" in table.origin


def test_other_studies_have_no_windows_unless_delivered():
    assert protocol_windows("TEST-1") is NO_WINDOWS
    delivered = WindowTable((VisitWindow(Decimal(3), 1, 2),), "windows.csv")
    assert delivered.find(Decimal(3), FIRST_DOSE) == VisitWindow(Decimal(3), 1, 2)

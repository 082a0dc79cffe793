from decimal import Decimal

import pytest

from subjects.domain.visits import Anchor
from trialcrm.cdisc.domain.rules import parse_start_rule


@pytest.mark.parametrize(
    ("text", "anchor", "visit_num", "offset"),
    [
        ("Start of Screen Epoch", Anchor.CONSENT, None, 0),
        ("Informed Consent Obtained", Anchor.CONSENT, None, 0),
        ("(Just Before) Start of Treatment Epoch", Anchor.BASELINE, None, 0),
        ("Day of Initial Study Treatment", Anchor.BASELINE, None, 0),
        ("Day Before Initial Study Treatment", Anchor.BASELINE, None, -1),
        ("2 Weeks After Start of Study Treatment", Anchor.BASELINE, None, 14),
        ("10 Days before start of study treatment", Anchor.BASELINE, None, -10),
        ("Start of Visitnum 3 - 24H", Anchor.VISIT, "3", -1),
        ("Start of Visitnum  4 - 24H", Anchor.VISIT, "4", -1),
        ("End of Visitnum  5 + 1D", Anchor.VISIT, "5", 1),
        ("End of Visitnum  3 + 12W", Anchor.VISIT, "3", 84),
        ("End of Visitnum 8.1 +2W", Anchor.VISIT, "8.1", 14),
        ("End of Visitnum 3", Anchor.VISIT, "3", 0),
        ("as agreed with the site", None, None, None),
        (None, None, None, None),
    ],
)
def test_a_rule_of_a_known_wording_gives_anchor_and_offset(text, anchor, visit_num, offset):
    rule = parse_start_rule(text)
    assert rule.anchor.anchor == anchor
    assert rule.anchor.visit_num == (Decimal(visit_num) if visit_num else None)
    assert (rule.offset_days, rule.is_conditional) == (offset, False)


@pytest.mark.parametrize(
    ("text", "anchor", "offset"),
    [
        ("When subject is terminated early, with followup visit scheduled by site", None, None),
        (
            "If subject stopped treatment early, before Visitnum 12, then Retrieval occurs End of Visitnum 3 + 24W",
            Anchor.VISIT,
            168,
        ),
        (
            "If subject experienced rash, then Rash Followup occurs at End of last study visit + 2W",
            Anchor.PREVIOUS_VISIT,
            14,
        ),
        ("Discontinuation Date Prior to Week 24", None, None),
        (
            "Approximately 24 Weeks After Start of Study Treatment for Early Discontinuations",
            Anchor.BASELINE,
            168,
        ),
    ],
)
def test_a_visit_under_a_condition_is_known_as_such(text, anchor, offset):
    rule = parse_start_rule(text)
    assert (rule.anchor.anchor, rule.offset_days, rule.is_conditional) == (anchor, offset, True)

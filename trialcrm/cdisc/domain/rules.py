"""The start rules of planned visits (TVSTRL).

Free text by convention, read where it follows a known wording.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from subjects.domain.visits import Anchor


@dataclass(frozen=True, slots=True)
class AnchorPoint:
    """What a target counts from; `visit_num` where that is another visit, no anchor where it is unknown."""

    anchor: Anchor | None
    visit_num: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StartRule:
    """A start rule.

    Anchor, signed difference in days, and whether the visit happens only under a condition.
    """

    anchor: AnchorPoint
    offset_days: int | None
    is_conditional: bool


NO_ANCHOR = AnchorPoint(None)
FIRST_DOSE = AnchorPoint(Anchor.BASELINE)
CONSENT = AnchorPoint(Anchor.CONSENT)
LAST_VISIT = AnchorPoint(Anchor.PREVIOUS_VISIT)

_HOURS = {"H": 1, "D": 24, "W": 7 * 24}
_SHIFT = r"(?:\s*(?P<sign>[+-])\s*(?P<count>\d+)\s*(?P<unit>[WDH])\b)?"
_CONDITIONAL = re.compile(r"^\s*(?:if|when)\b|discontinu|terminated early", re.IGNORECASE)
_Reading = Callable[[re.Match[str]], tuple[AnchorPoint, int]]


def _shift(found: re.Match[str]) -> int:
    if not found["count"]:
        return 0
    days = int(found["count"]) * _HOURS[found["unit"].upper()] // 24
    return -days if found["sign"] == "-" else days


def _worded_shift(found: re.Match[str]) -> int:
    days = int(found["count"]) * (7 if found["unit"].lower() == "week" else 1)
    return -days if found["direction"].lower() == "before" else days


_READINGS: tuple[tuple[re.Pattern[str], _Reading], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reading)
    for pattern, reading in (
        (
            r"\b(?:start|end) of visitnum\s+(?P<visit>\d+(?:\.\d+)?)" + _SHIFT,
            lambda found: (AnchorPoint(Anchor.VISIT, Decimal(found["visit"])), _shift(found)),
        ),
        (r"\b(?:start|end) of last study visit" + _SHIFT, lambda found: (LAST_VISIT, _shift(found))),
        (
            r"\b(?P<count>\d+) (?P<unit>week|day)s? (?P<direction>after|before) start of study treatment",
            lambda found: (FIRST_DOSE, _worded_shift(found)),
        ),
        (r"\bday before initial study treatment", lambda _found: (FIRST_DOSE, -1)),
        (r"\bday of initial study treatment", lambda _found: (FIRST_DOSE, 0)),
        (r"\bstart of treatment epoch" + _SHIFT, lambda found: (FIRST_DOSE, _shift(found))),
        (r"\bstart of screen(?:ing)? epoch" + _SHIFT, lambda found: (CONSENT, _shift(found))),
        (r"\binformed consent obtained", lambda _found: (CONSENT, 0)),
    )
)


def parse_start_rule(text: str | None) -> StartRule:
    """Read a start rule; one that follows no known wording has no anchor and no offset.

    Hours count as whole days (24H is a day): visits are planned by calendar day.
    """
    text = text or ""
    is_conditional = bool(_CONDITIONAL.search(text))
    for pattern, reading in _READINGS:
        found = pattern.search(text)
        if found:
            return StartRule(*reading(found), is_conditional)
    return StartRule(NO_ANCHOR, None, is_conditional)

"""What somebody enters about an event, as forms hand it to services."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from trialcrm.core.partial_dates import PartialDate

from .assessments import Criterion


@dataclass(frozen=True, slots=True)
class Told:
    """What happened, as it was told: term, onset, when the site knew and how; `end` may be unknown with a reason.

    Of a draft the onset may be unknown too.
    """

    event_term: str
    onset: PartialDate | None
    aware_at: datetime
    learned_from: str
    narrative: str = ""
    end: PartialDate | None = None
    end_unknown_reason: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """How an event stood on one day. `criteria` are those that make it serious; nothing else does."""

    severity: str
    outcome: str
    criteria: frozenset[Criterion] = frozenset()
    action_taken: str = ""
    admitted: PartialDate | None = None
    has_treatment: bool | None = None
    assessed_on: date | None = None
    visit: Any = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """Causality for one product, and the order it was given by, if one is known."""

    product: str
    causality: str
    order_ref: uuid.UUID | None = None

"""Departures from the protocol: states, categories, and how important they are.

“Important” and “major” mean the same; the word “violation” is avoided (ICH E3 Questions and Answers, question 7).
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trialcrm.core.lifecycle import Lifecycle


class DeviationStatus(TextChoices):
    CANDIDATE = "candidate", _("To be looked at")
    OPEN = "open", _("Open")
    ASSESSED = "assessed", _("Assessed")
    ACTION = "action", _("Action under way")
    CLOSED = "closed", _("Closed")
    DISMISSED = "dismissed", _("Dismissed")


class DeviationCategory(TextChoices):
    CONSENT = "consent", _("Consent")
    ELIGIBILITY = "eligibility", _("Eligibility")
    VISIT_WINDOW = "visit_window", _("Visit window")
    MISSED_VISIT = "missed_visit", _("Missed visit")
    PROCEDURE = "procedure", _("Procedure")
    MEDICATION = "medication", _("Study medication")
    PROHIBITED = "prohibited", _("Prohibited medicine")
    SAFETY_REPORTING = "safety_reporting", _("Safety reporting")
    BLINDING = "blinding", _("Randomisation or blinding")
    PRIVACY = "privacy", _("Privacy")
    OTHER = "other", _("Other")


class Importance(TextChoices):
    """Major deviations may significantly affect the data, or a participant's rights, safety or well-being."""

    MINOR = "minor", _("Minor")
    MAJOR = "major", _("Major")


_D = DeviationStatus

DEVIATION_LIFECYCLE = Lifecycle.of(
    "deviation",
    DeviationStatus,
    {
        _D.CANDIDATE: {_D.OPEN, _D.DISMISSED},
        _D.OPEN: {_D.ASSESSED},
        _D.ASSESSED: {_D.ACTION, _D.CLOSED},
        _D.ACTION: {_D.CLOSED},
    },
)

#: Somebody still has something to do.
UNSETTLED = frozenset({_D.CANDIDATE, _D.OPEN, _D.ASSESSED, _D.ACTION})
#: Confirmed by a person; these are exported (SDTM DV).
CONFIRMED = frozenset({_D.ASSESSED, _D.ACTION, _D.CLOSED})


class AutomaticRule(TextChoices):
    """Rules by which the portal proposes a deviation; a person confirms or dismisses it."""

    PILL_COUNT = "DV-AUTO-05", _("Pill count outside of the expected range over a closed interval")


@dataclass(frozen=True, slots=True)
class Departure:
    """What happened, when, and what kind of departure it is."""

    description: str
    category: str
    starts_on: date
    ends_on: date | None = None
    discovered_on: date | None = None

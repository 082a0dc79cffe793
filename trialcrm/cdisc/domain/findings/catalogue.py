"""The kinds of findings: a lasting code, how much it matters, and what it says to people."""

from dataclasses import dataclass
from typing import cast

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


class Severity(TextChoices):
    """How much a finding matters.

    Worth knowing, to be looked at, or bearing on people's safety or the trial's validity.
    """

    NOTE = "note", _("Note")
    WARNING = "warning", _("Warning")
    IMPORTANT = "important", _("Important")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding.

    `is_unblinding`: that a participant is on the list tells what was given, so only people who may know the
    treatment may see it.
    """

    code: str
    severity: Severity
    title: str | Promise
    is_unblinding: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One oddity of a delivery.

    `row` and `usubjid` are nothing where it concerns a whole file, `value` is the delivered value, `text`
    says what is odd and how it was taken over.
    """

    kind: Kind
    file: str
    row: int | None
    usubjid: str | None
    variable: str
    value: str | None
    text: str | Promise

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def severity(self) -> Severity:
        return self.kind.severity

    @property
    def title(self) -> str | Promise:
        return self.kind.title

    @property
    def is_unblinding(self) -> bool:
        return self.kind.is_unblinding


def say(template: str | Promise, **values: object) -> Promise:
    """A sentence with its values, translated when it is shown."""
    return cast(Promise, format_lazy(cast(str, template), **values))


REASSESSED_EVENT = Kind("F01", Severity.NOTE, _("One event in several rows"))
END_ALTHOUGH_LASTING = Kind("F02", Severity.WARNING, _("Not recovered, but an end is recorded"))
FLAGGED_NOT_SERIOUS = Kind("F03", Severity.IMPORTANT, _("Recorded as not serious although a criterion is met"))
PARTIAL_ONSET = Kind("F04", Severity.NOTE, _("Onset known only in part"))
ALREADY_UNDER_WAY = Kind("F05", Severity.NOTE, _("Event began before the first dose"))
OTHER_EMERGENCE = Kind("F05", Severity.WARNING, _("Flag of events under treatment contradicts the dates"))
NO_CAUSALITY = Kind("F06", Severity.WARNING, _("Causality is not recorded"))
NO_ACTION = Kind("F07", Severity.NOTE, _("Action taken is not recorded"))
WRONG_STUDY_DAY = Kind("F08", Severity.WARNING, _("Study day in the source is not the one computed from the dates"))
REPEATED_VISIT = Kind("F09", Severity.WARNING, _("Visit number delivered twice for one participant"))
VISIT_OUT_OF_ORDER = Kind("F10", Severity.NOTE, _("Visit dates are not in the order of the visit numbers"))
SAME_DAY_VISITS = Kind("F11", Severity.NOTE, _("Several visits on one day"))
CONSENT_INFERRED = Kind("F12", Severity.WARNING, _("Consent date is not recorded"))
NO_FAIL_REASON = Kind("F13", Severity.WARNING, _("Reason of the screening failure is not recorded"))
ENTERED_UNMET = Kind("F13", Severity.IMPORTANT, _("Randomised with an entry criterion not met"))
OPEN_EXPOSURE = Kind("F14", Severity.WARNING, _("End of dosing is not recorded"))
DEATH_DATES = Kind("F15", Severity.IMPORTANT, _("Dates about a death contradict each other"))
OTHER_ARM = Kind("F16", Severity.WARNING, _("Actual arm is not the planned arm"), is_unblinding=True)
FLAG_AND_END = Kind("F17", Severity.NOTE, _("Completer flag and end of participation differ"))
RETRIEVAL_MISSING = Kind("F18", Severity.WARNING, _("Retrieval visit without its disposition event"))
OUTDATED_VALUE = Kind("F19", Severity.NOTE, _("Value is not in today's CDISC terminology"))
MIXED_PRECISION = Kind("F21", Severity.NOTE, _("Time of day recorded for some, the date only for others"))
UNNAMED_ELEMENT = Kind("F22", Severity.NOTE, _("Unplanned element without a name"), is_unblinding=True)
VISIT_DAY = Kind("F23", Severity.NOTE, _("Planned study day is not the study day of the visit's rule"))
NO_DEATH_FLAG = Kind("F24", Severity.NOTE, _("Death flag is blank"))
MISSING_ROW = Kind("F25", Severity.WARNING, _("Row of an earlier delivery is not in this one"))
MISSING_FILE = Kind("F26", Severity.WARNING, _("File of an earlier delivery is not in this one"))

"""Milestones and ends of participation, written in the course of the act that brings them about."""

from datetime import date

from subjects.domain.participation import EndReason
from subjects.domain.windows import study_day
from subjects.models import Disposition, Subject
from trialcrm.core.partial_dates import PartialDate

#: Categories of disposition: CDISC terminology DSCAT (C74558), submission values.
DISPOSITION, MILESTONE, OTHER = "DISPOSITION EVENT", "PROTOCOL MILESTONE", "OTHER EVENT"
PARTICIPATION, TREATMENT = "STUDY PARTICIPATION", "STUDY TREATMENT"
INFORMED_CONSENT = "INFORMED CONSENT OBTAINED"


def record_disposition(
    subject: Subject,
    decoded: str,
    on: date,
    epoch: str,
    *,
    category: str = DISPOSITION,
    subcategory: str = PARTICIPATION,
    term: str = "",
    exact: PartialDate | None = None,
) -> Disposition:
    """Write one row of disposition (SDTM DS): coded, and in the words in which it was reported."""
    last = subject.dispositions.order_by("-sequence").first()
    disposition = Disposition(
        subject=subject,
        sequence=last.sequence + 1 if last else 1,
        category=category,
        subcategory=subcategory if category == DISPOSITION else "",
        term=term or decoded,
        decoded=decoded,
        end_reason=decoded if category == DISPOSITION and decoded in EndReason.values else "",
        epoch=epoch,
        starts=exact.text if exact else on.isoformat(),
        starts_from=exact.lower if exact else on,
        starts_until=exact.upper if exact else on,
        study_day=study_day(exact.exact if exact else on, subject.first_dose_on),
    )
    disposition.save()
    return disposition


def move_milestone(subject: Subject, decoded: str, was: date, on: date) -> None:
    """A milestone was recorded on a wrong day: bring it to the right one."""
    for milestone in subject.dispositions.filter(category=MILESTONE, decoded=decoded, starts_from=was):
        milestone.starts, milestone.starts_from, milestone.starts_until = on.isoformat(), on, on
        milestone.study_day = study_day(on, subject.first_dose_on)
        milestone.save()


def take_back_end(subject: Subject) -> None:
    """Participation goes on after all: what was written as its end stays as an event, no longer as the end."""
    for disposition in subject.dispositions.filter(category=DISPOSITION, subcategory=PARTICIPATION):
        disposition.category, disposition.subcategory, disposition.end_reason = OTHER, "", ""
        disposition.save()

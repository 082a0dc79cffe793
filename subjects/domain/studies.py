"""A study and its sites: states and moves (ICH E6(R3) 2.6 and 3.17 for suspension, 4.3.5 for release to a site)."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trialcrm.core.lifecycle import Lifecycle


class StudyStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    RECRUITING = "recruiting", _("Recruiting")
    SUSPENDED = "suspended", _("Suspended")
    ENROLMENT_CLOSED = "enrolment_closed", _("Enrolment closed")
    FOLLOW_UP_COMPLETE = "follow_up_complete", _("Follow-up complete")
    TERMINATED = "terminated", _("Terminated")
    LOCKED = "locked", _("Locked")
    ARCHIVED = "archived", _("Archived")


class SiteStatus(TextChoices):
    SELECTED = "selected", _("Selected")
    INITIATED = "initiated", _("Initiated")
    ACTIVE = "active", _("Active")
    ON_HOLD = "on_hold", _("On hold")
    ENROLMENT_CLOSED = "enrolment_closed", _("Enrolment closed")
    CLOSED = "closed", _("Closed")


class Blinding(TextChoices):
    OPEN = "open", _("Open label")
    SINGLE = "single", _("Single blind")
    DOUBLE = "double", _("Double blind")


_S, _T = StudyStatus, SiteStatus

STUDY_LIFECYCLE = Lifecycle.of(
    "study",
    StudyStatus,
    {
        _S.DRAFT: {_S.APPROVED},
        _S.APPROVED: {_S.RECRUITING, _S.TERMINATED},
        _S.RECRUITING: {_S.SUSPENDED, _S.ENROLMENT_CLOSED, _S.TERMINATED},
        _S.SUSPENDED: {_S.RECRUITING, _S.TERMINATED},
        _S.ENROLMENT_CLOSED: {_S.FOLLOW_UP_COMPLETE, _S.TERMINATED},
        _S.FOLLOW_UP_COMPLETE: {_S.LOCKED},
        _S.TERMINATED: {_S.LOCKED},
        _S.LOCKED: {_S.ARCHIVED},
    },
)

SITE_LIFECYCLE = Lifecycle.of(
    "site",
    SiteStatus,
    {
        _T.SELECTED: {_T.INITIATED},
        _T.INITIATED: {_T.ACTIVE},
        _T.ACTIVE: {_T.ON_HOLD, _T.ENROLMENT_CLOSED},
        _T.ON_HOLD: {_T.ACTIVE},
        _T.ENROLMENT_CLOSED: {_T.CLOSED},
    },
)

#: Studies in which site-entered data may still be written; the rest refuse edits (ICH E6(R3) 3.16.1(r)).
WRITABLE = frozenset({_S.APPROVED, _S.RECRUITING, _S.SUSPENDED, _S.ENROLMENT_CLOSED, _S.TERMINATED})


class Epoch(StrEnum):
    SCREENING = "SCREENING"
    TREATMENT = "TREATMENT"
    FOLLOW_UP = "FOLLOW-UP"

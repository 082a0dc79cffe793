"""Who works on a study: roles offered, tasks delegated by the investigator, requests to join.

The investigator may delegate but stays responsible; delegates are qualified and informed, and a record of persons and
tasks is kept (ICH E6(R3) 2.3.1 to 2.3.3, Appendix C).
"""

from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trialcrm.core.lifecycle import Lifecycle


class Task(TextChoices):
    """What an investigator delegates."""

    CONSENT = "T01", _("Conduct and sign informed consent")
    ELIGIBILITY = "T02", _("Confirm eligibility")
    EXAMINATION = "T03", _("Medical history and physical examination")
    VISITS = "T04", _("Schedule and conduct visits")
    DATA = "T05", _("Enter and correct data")
    PRESCRIBE = "T06", _("Prescribe investigational product")
    DISPENSE = "T07", _("Receive, store, prepare, dispense, take back and destroy investigational product")
    RECORD_EVENTS = "T08", _("Detect and record adverse events")
    ASSESS_EVENTS = "T09", _("Assess seriousness, causality and severity")
    SEND_REPORTS = "T10", _("Send serious adverse events to the sponsor")
    RANDOMISE = "T11", _("Randomise")
    UNBLIND = "T12", _("Break the blind in an emergency")
    MESSAGES = "T13", _("Write to participants")
    DEVIATIONS = "T14", _("Record deviations")
    DOCUMENTS = "T15", _("Keep regulatory documents and this log")
    OVERSIGHT = "T99", _("Oversight: sign off visits, casebooks, reports and this log")


_T = Task
_SUBI = frozenset(Task) - {_T.DISPENSE, _T.DOCUMENTS, _T.OVERSIGHT}

#: The tasks that somebody may do at a site in each role that is delegated to; the investigator has all by the role.
TASKS_OF_ROLE: dict[str, frozenset[Task]] = {
    "crc": frozenset(
        {
            _T.CONSENT,
            _T.VISITS,
            _T.DATA,
            _T.RECORD_EVENTS,
            _T.SEND_REPORTS,
            _T.RANDOMISE,
            _T.MESSAGES,
            _T.DEVIATIONS,
            _T.DOCUMENTS,
        }
    ),
    "subi": _SUBI,
    "pharm": frozenset({_T.DISPENSE, _T.MESSAGES}),
    "upharm": frozenset({_T.DISPENSE}),
}

#: Tasks for physicians only (21 CFR 312.64(b); ICH E6(R3) 2.7).
PHYSICIANS_ONLY = frozenset({_T.ELIGIBILITY, _T.EXAMINATION, _T.PRESCRIBE, _T.ASSESS_EVENTS, _T.UNBLIND, _T.OVERSIGHT})


def tasks_of(role: str) -> list[Task]:
    """The tasks that may be delegated to somebody in the role, in the order of their codes; none for other roles."""
    return sorted(TASKS_OF_ROLE.get(role, frozenset()))


class EntryStatus(TextChoices):
    PROPOSED = "proposed", _("To be accepted")
    ACCEPTED = "accepted", _("To be signed by the investigator")
    SIGNED = "signed", _("Signed")
    ENDED = "ended", _("Ended")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_E = EntryStatus
ENTRY_LIFECYCLE = Lifecycle.of(
    "delegation entry",
    EntryStatus,
    {
        _E.PROPOSED: {_E.ACCEPTED, _E.WITHDRAWN},
        _E.ACCEPTED: {_E.SIGNED, _E.WITHDRAWN},
        _E.SIGNED: {_E.ENDED},
    },
)
#: Entries that may give rights: an ended one until the moment at which it ended.
IN_FORCE = frozenset({_E.SIGNED, _E.ENDED})


class OfferStatus(TextChoices):
    """What became of a role that somebody was invited to."""

    SENT = "sent", _("Invited")
    ACCEPTED = "accepted", _("Waits for the identity check")
    IN_EFFECT = "in_effect", _("Taken up")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_O = OfferStatus
OFFER_LIFECYCLE = Lifecycle.of(
    "offered role",
    OfferStatus,
    {
        _O.SENT: {_O.ACCEPTED, _O.IN_EFFECT, _O.WITHDRAWN},
        _O.ACCEPTED: {_O.IN_EFFECT, _O.WITHDRAWN},
    },
)


class RequestStatus(TextChoices):
    OPEN = "open", _("Waits for an answer")
    GRANTED = "granted", _("Granted")
    DECLINED = "declined", _("Declined")


REQUEST_LIFECYCLE = Lifecycle.of(
    "request for access",
    RequestStatus,
    {RequestStatus.OPEN: {RequestStatus.GRANTED, RequestStatus.DECLINED}},
)


def covers(starts_on: date, ends_on: date | None, on: date) -> bool:
    """Whether a role or an entry holds on a day, first and last day included."""
    return starts_on <= on and (ends_on is None or on <= ends_on)

"""Telling the site of something, without judging it: a draft waits for coordinator or investigator."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from safety import policies
from safety.domain.entries import Told
from safety.domain.events import LearnedFrom
from safety.domain.permissions import Perm
from safety.events import EventChanged, SymptomReported
from safety.models import AdverseEvent
from subjects.models import Subject
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import require
from trialcrm.core.events import publish
from trialcrm.core.partial_dates import PartialDate, parse_partial_date

from . import writing


@recorded("event.reported", gettext_lazy("Event reported to the site"))
def report_event(*, by: Any, subject: Subject, told: Told) -> AdverseEvent:
    """A pharmacist heard of something. The site knows from now on.

    Raises:
        Refused: no term, a date in the future, or words that name the participant.
    """
    subject = writing.held(subject)
    require(policies.report_event(by, subject))
    return _drafted(by, subject, replace(told, learned_from=LearnedFrom.PHARMACY), Perm.REPORT_EVENT)


@recorded("event.drafted", gettext_lazy("Draft of an adverse event"))
def draft_event(
    *, by: Any, subject: Subject, term: str, aware_at: datetime, onset: str = "", how_learned: str = LearnedFrom.MESSAGE
) -> AdverseEvent:
    """What may be an event, for example in a participant's message, as a draft to be taken up.

    `aware_at` is when the first member of the site's staff read of it; the onset may still be unknown.

    Raises:
        Refused: not by coordinator or investigator, or words that name the participant.
    """
    subject = writing.held(subject)
    require(policies.record_event(by, subject))
    told = Told(term, parse_partial_date(onset) if onset else None, aware_at, how_learned)
    return _drafted(by, subject, told, "")


@recorded("event.symptom-reported", gettext_lazy("Symptom reported"))
def report_symptom(
    *, by: Any, subject: Subject, event_term: str, onset: PartialDate, narrative: str = ""
) -> AdverseEvent:
    """A participant tells how they feel, in their own words. The site knows from now on.

    Raises:
        Refused: nothing was said, a date in the future, or words that name the participant.
    """
    subject = writing.held(subject)
    require(policies.report_symptom(by, subject))
    told = Told(event_term, onset, clock.now(), LearnedFrom.PARTICIPANT, narrative)
    return _drafted(by, subject, told, Perm.OWN_SYMPTOMS)


def _drafted(by: Any, subject: Subject, told: Told, seen_by: str) -> AdverseEvent:
    event = writing.new_event(by, subject, told)
    writing.require_consistent(event, None)
    if seen_by:
        # Who only reports does not read events; this one draft is in their sight while they write it.
        vars(event)["own_permission"] = seen_by
    event.save()
    place = (event.study_id, event.site_id, event.subject_id, event.pk)
    publish(EventChanged(*place, status=event.status, is_serious=False))
    publish(SymptomReported(*place))
    return event

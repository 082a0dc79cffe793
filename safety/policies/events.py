"""Who records, judges and closes events, and in which state of the event."""

from typing import Any

from django.utils.translation import gettext as _

from safety.domain.events import CHANGEABLE, EVENT_LIFECYCLE, EventStatus
from safety.domain.permissions import Perm
from safety.models import AdverseEvent
from subjects.models import Subject
from subjects.policies import has_consent, study_takes_entries
from trialcrm.access.asking import holds
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused


def _may_record(user: Any, record: Any) -> Decision:
    words = _("Adverse events are entered by the site's coordinator or an investigator.")
    return first_refusal(holds(user, Perm.RECORD_EVENT, record, words), study_takes_entries(record.study))


def _may_judge(user: Any, record: Any) -> Decision:
    words = _("Only an investigator assesses an event.")
    return first_refusal(holds(user, Perm.ASSESS_EVENT, record, words), study_takes_entries(record.study))


def _ever_consented(subject: Subject) -> Decision:
    """What happened to somebody who never consented is not the study's (ICH E2A II.A.1)."""
    if subject.consented_on:
        return ALLOWED
    return has_consent(subject)


def record_event(user: Any, subject: Subject) -> Decision:
    """Entry by coordinator or investigator only."""
    return first_refusal(_may_record(user, subject), _ever_consented(subject))


def report_event(user: Any, subject: Subject) -> Decision:
    """Somebody who does not judge events tells the site of one."""
    words = _("Your role does not report events here.")
    return first_refusal(
        holds(user, Perm.REPORT_EVENT, subject, words), study_takes_entries(subject.study), _ever_consented(subject)
    )


def report_symptom(user: Any, subject: Subject) -> Decision:
    """A participant tells of themselves only."""
    words = _("You can report only how you yourself feel.")
    return first_refusal(holds(user, Perm.OWN_SYMPTOMS, subject, words), study_takes_entries(subject.study))


def confirm_event(user: Any, event: AdverseEvent) -> Decision:
    """A draft becomes an event of the study."""
    return first_refusal(_may_record(user, event), EVENT_LIFECYCLE.may_move(event.status, EventStatus.OPEN))


def _is_changeable(event: AdverseEvent) -> Decision:
    if event.status in CHANGEABLE:
        return ALLOWED
    if event.status == EventStatus.DRAFT:
        return refused(_("%(event)s is a draft; take it up first.") % {"event": event.code})
    words = {"event": event.code, "status": event.get_status_display().lower()}
    return refused(_("%(event)s is %(status)s; reopen it to change it.") % words)


def change_event(user: Any, event: AdverseEvent) -> Decision:
    """What happened is corrected while the event is open, with a reason."""
    return first_refusal(_may_record(user, event), _is_changeable(event))


def assess_event(user: Any, event: AdverseEvent) -> Decision:
    """A further assessment, as seen at a visit."""
    return change_event(user, event)


def assess_medically(user: Any, event: AdverseEvent) -> Decision:
    """Causality is an investigator's judgement (21 CFR 312.64(b), ICH E6(R3) 2.7.2)."""
    return first_refusal(_may_judge(user, event), _is_changeable(event))


def sign_assessment(user: Any, event: AdverseEvent) -> Decision:
    """An investigator signs the medical assessment that stands, also again after it was changed."""
    signable = event.status == EventStatus.UNDER_REVIEW or event.needs_signature
    return first_refusal(
        _may_judge(user, event), ALLOWED if signable else refused(_("This event is not under review."))
    )


def ask_review(user: Any, event: AdverseEvent) -> Decision:
    return first_refusal(_may_record(user, event), EVENT_LIFECYCLE.may_move(event.status, EventStatus.UNDER_REVIEW))


def return_event(user: Any, event: AdverseEvent) -> Decision:
    """Back to the site's staff with a question."""
    back = ALLOWED if event.status == EventStatus.UNDER_REVIEW else refused(_("This event is not under review."))
    return first_refusal(_may_judge(user, event), back)


def resolve_event(user: Any, event: AdverseEvent) -> Decision:
    """From follow-up; straight from open only what is neither serious nor more than mild."""
    return first_refusal(
        _may_record(user, event),
        EVENT_LIFECYCLE.may_move(event.status, EventStatus.RESOLVED),
        _needs_no_review(event) if event.status == EventStatus.OPEN else ALLOWED,
        refused(_("It changed after it was signed; an investigator signs it again."))
        if event.needs_signature
        else ALLOWED,
    )


def _needs_no_review(event: AdverseEvent) -> Decision:
    if not event.is_serious and event.max_severity in ("MILD", "1"):
        return ALLOWED
    return refused(_("An investigator assesses it first: it is serious or more than mild."))


def reopen_event(user: Any, event: AdverseEvent) -> Decision:
    """A relapse or correction. What is closed only its principal investigator opens again."""
    by_whom = close_right(user, event) if event.status == EventStatus.CLOSED else _may_record(user, event)
    over = event.status in (EventStatus.RESOLVED, EventStatus.CLOSED)
    return first_refusal(by_whom, ALLOWED if over else refused(_("This event is not over.")))


def close_right(user: Any, event: AdverseEvent) -> Decision:
    words = _("Only the principal investigator closes events.")
    return first_refusal(holds(user, Perm.CLOSE_EVENT, event, words), study_takes_entries(event.study))


def close_event(user: Any, event: AdverseEvent) -> Decision:
    """No more data are expected; of a serious event the sponsor has acknowledged the final report."""
    return first_refusal(
        close_right(user, event),
        EVENT_LIFECYCLE.may_move(event.status, EventStatus.CLOSED),
        _is_reported_to_the_end(event) if event.is_serious else ALLOWED,
        refused(_("It changed after it was signed; sign the assessment again.")) if event.needs_signature else ALLOWED,
    )


def _is_reported_to_the_end(event: AdverseEvent) -> Decision:
    if event.reports.filter(kind="final", acknowledged_at__isnull=False).exists():
        return ALLOWED
    return refused(_("The sponsor has not acknowledged a final report yet."))


def dismiss_draft(user: Any, event: AdverseEvent) -> Decision:
    """Whether a report is no adverse event is an investigator's judgement."""
    return first_refusal(_may_judge(user, event), EVENT_LIFECYCLE.may_move(event.status, EventStatus.NOT_AN_AE))


def void_event(user: Any, event: AdverseEvent) -> Decision:
    """Entered in error, or the same as another event."""
    return first_refusal(_may_record(user, event), EVENT_LIFECYCLE.may_move(event.status, EventStatus.VOID))

"""Who moves a subject through the study, and when."""

from typing import Any

from django.utils.translation import gettext as _

from subjects.domain.consent import CONSENT_LIFECYCLE, ConsentStatus
from subjects.domain.participation import IN_SCREENING, SUBJECT_LIFECYCLE, SubjectState
from subjects.domain.permissions import Perm
from subjects.domain.studies import Blinding, SiteStatus, StudyStatus
from subjects.models import Consent, Site, Subject
from trialcrm.access.asking import holds
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused

from .rights import may_write


def is_recruiting(site: Site) -> Decision:
    """New people enter only a recruiting study at an active site (ICH E6(R3) 4.3.5)."""
    if site.study.status != StudyStatus.RECRUITING:
        words = {"study": site.study.protocol_id, "status": site.study.get_status_display().lower()}
        return refused(_("%(study)s is %(status)s, so nobody new enters it.") % words)
    if site.status != SiteStatus.ACTIVE:
        words = {"site": site.number, "status": site.get_status_display().lower()}
        return refused(_("Site %(site)s is %(status)s, so nobody new enters there.") % words)
    return ALLOWED


def register_subject(user: Any, site: Site) -> Decision:
    """Site staff register participants of their own site while it recruits."""
    right = holds(user, Perm.CHANGE_SUBJECT, site, _("Your role does not register participants at this site."))
    return first_refusal(right, is_recruiting(site))


def change_subject(user: Any, subject: Subject) -> Decision:
    return may_write(user, Perm.CHANGE_SUBJECT, subject, _("Your role does not change participants."))


def change_identity(user: Any, subject: Subject) -> Decision:
    """Identity is kept by the coordinator of the site; nobody at the sponsor's side can reach it."""
    return may_write(user, Perm.CHANGE_IDENTITY, subject, _("Only the site's coordinator changes contact details."))


def _may_consent(user: Any, record: Any) -> Decision:
    return may_write(user, Perm.CHANGE_CONSENT, record, _("Your role does not record consent."))


def record_consent(user: Any, subject: Subject) -> Decision:
    """Consent is recorded by those who may conduct it, for somebody still taking part."""
    over = subject.state in (SubjectState.COMPLETED, SubjectState.WITHDRAWN, SubjectState.DIED)
    listed = subject.state == SubjectState.PRESCREEN
    return first_refusal(
        _may_consent(user, subject),
        refused(_("Participation has ended.")) if over else ALLOWED,
        refused(_("Consent is recorded when screening begins.")) if listed else ALLOWED,
    )


def withdraw_consent(user: Any, consent: Consent) -> Decision:
    """An active consent is withdrawn by those who may conduct it, whatever else has happened."""
    return first_refusal(
        _may_consent(user, consent), CONSENT_LIFECYCLE.may_move(consent.status, ConsentStatus.WITHDRAWN)
    )


def correct_consent(user: Any, consent: Consent) -> Decision:
    """A typing error is put right by those who may conduct consent, while it is the one in force."""
    return first_refusal(_may_consent(user, consent), CONSENT_LIFECYCLE.may_move(consent.status, ConsentStatus.INVALID))


def has_consent(subject: Subject) -> Decision:
    """Nobody goes on into the study without a consent in force (ICH E6(R3) 2.8.7, 21 CFR 50.20)."""
    if subject.consents.filter(status=ConsentStatus.ACTIVE).exists():
        return ALLOWED
    return refused(_("There is no active consent."))


def enter_screening(user: Any, subject: Subject) -> Decision:
    """Somebody on the pre-screening list enters screening with a signed consent."""
    return first_refusal(
        _may_consent(user, subject),
        change_subject(user, subject),
        SUBJECT_LIFECYCLE.may_move(subject.state, SubjectState.SCREENING),
        is_recruiting(subject.site),
    )


def move(user: Any, subject: Subject, to: str) -> Decision:
    """A move of the subject's lifecycle by somebody of the site."""
    return first_refusal(
        may_write(user, Perm.CHANGE_PARTICIPATION, subject, _("Your role does not change participation.")),
        SUBJECT_LIFECYCLE.may_move(subject.state, to),
    )


def medical_move(user: Any, subject: Subject, to: str) -> Decision:
    """A move that is an investigator's decision (ICH E6(R3) 2.7)."""
    right = holds(user, Perm.CONFIRM_ELIGIBILITY, subject, _("Only an investigator decides this."))
    return first_refusal(right, move(user, subject, to))


def enrol(user: Any, subject: Subject) -> Decision:
    """Into an open study without randomisation; by those who would randomise."""
    blinded = subject.study.blinding != Blinding.OPEN
    return first_refusal(
        may_write(user, Perm.RANDOMISE, subject, _("Your role does not enrol participants.")),
        refused(_("Participants of a blinded study are randomised.")) if blinded else ALLOWED,
        SUBJECT_LIFECYCLE.may_move(subject.state, SubjectState.ENROLLED),
        is_recruiting(subject.site),
        has_consent(subject),
    )


def randomise(user: Any, subject: Subject) -> Decision:
    return first_refusal(
        may_write(user, Perm.RANDOMISE, subject, _("Your role does not randomise.")),
        SUBJECT_LIFECYCLE.may_move(subject.state, SubjectState.RANDOMISED),
        is_recruiting(subject.site),
        has_consent(subject),
    )


def start_treatment(user: Any, subject: Subject) -> Decision:
    return move(user, subject, SubjectState.ON_TREATMENT)


def stop_treatment(user: Any, subject: Subject) -> Decision:
    return medical_move(user, subject, SubjectState.TREATMENT_DISCONTINUED)


def enter_follow_up(user: Any, subject: Subject) -> Decision:
    """Follow-up comes after treatment; somebody lost before it can only be found to have left."""
    untreated = subject.first_dose_on is None and subject.state == SubjectState.LOST_TO_FOLLOW_UP
    return first_refusal(
        move(user, subject, SubjectState.FOLLOW_UP),
        refused(_("%(subject)s was never treated, so there is nothing to follow up.") % {"subject": subject})
        if untreated
        else ALLOWED,
    )


def complete_participation(user: Any, subject: Subject) -> Decision:
    return medical_move(user, subject, SubjectState.COMPLETED)


def withdraw(user: Any, subject: Subject) -> Decision:
    return medical_move(user, subject, SubjectState.WITHDRAWN)


def lose_to_follow_up(user: Any, subject: Subject) -> Decision:
    return medical_move(user, subject, SubjectState.LOST_TO_FOLLOW_UP)


def record_death(user: Any, subject: Subject) -> Decision:
    return medical_move(user, subject, SubjectState.DIED)


def in_screening(subject: Subject) -> Decision:
    if subject.state in IN_SCREENING:
        return ALLOWED
    return refused(_("%(subject)s is not in screening.") % {"subject": subject})

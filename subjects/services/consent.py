"""Recording informed consent (ICH E6(R3) 2.8)."""

from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.consent import ConsentStatus, in_force
from subjects.events import ConsentChanged
from subjects.models import Consent, ConsentVersion, Signed, Subject
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish

from .identity import refuse_identity_in
from .locking import locked


@recorded("consent.recorded", gettext_lazy("Consent recorded"))
def record_consent(*, by: Any, subject: Subject, signed: Signed) -> Consent:
    """Record a consent that was signed and is countersigned now by the person who conducted the discussion.

    An earlier active consent becomes superseded.

    Raises:
        Refused: the version was not in force on the day of signing, the time lies in the future or before an active
            consent, or the discussion came after the signature.
    """
    subject = locked(subject, "study", "site")
    require(policies.record_consent(by, subject))
    signed_on = clock.local(signed.signed_at, subject.site.time_zone).date()
    _require_possible_times(signed)
    _require_version(signed.version, signed_on, subject)
    _supersede_earlier(subject, signed)
    consent = Consent(
        subject=subject,
        version=signed.version,
        status=ConsentStatus.ACTIVE,
        discussed_at=signed.discussed_at or signed.signed_at,
        discussed_by_id=by.pk,
        mode=signed.mode,
        signed_at=signed.signed_at,
        signed_on=signed_on,
        signer_capacity=signed.capacity,
        method=signed.method,
        countersigned_at=clock.now(),
        countersigned_by_id=by.pk,
        copy_given=signed.copy_given,
    )
    consent.save()
    _note_first_consent(subject, signed_on)
    _published(consent)
    return consent


def _require_possible_times(signed: Signed) -> None:
    if signed.signed_at > clock.now():
        require(refused(_("This time lies in the future."), "signed_at"))
    if signed.discussed_at and signed.discussed_at > signed.signed_at:
        require(refused(_("The discussion comes before the signature."), "discussed_at"))


def _require_version(version: ConsentVersion, signed_on: date, subject: Subject) -> None:
    if version.study_id != subject.study_id or version.for_site_id not in (None, subject.site_id):
        require(refused(_("This version belongs to another site."), "version"))
    if not in_force(version.status, version.effective_from, version.superseded_on, signed_on):
        words = {"version": version.label, "day": formats.date_format(signed_on, "j M Y")}
        require(refused(_("Version %(version)s was not in force on %(day)s.") % words, "version"))


def _supersede_earlier(subject: Subject, signed: Signed) -> None:
    for earlier in subject.consents.filter(status=ConsentStatus.ACTIVE):
        if earlier.signed_at and earlier.signed_at >= signed.signed_at:
            require(refused(_("A consent signed at or after this time is already recorded."), "signed_at"))
        earlier.status = ConsentStatus.SUPERSEDED
        earlier.save()


def _note_first_consent(subject: Subject, signed_on: date) -> None:
    if subject.consented_on is None or signed_on < subject.consented_on:
        subject.consented_on = signed_on
        subject.save()


@recorded("consent.withdrawn", gettext_lazy("Consent withdrawn"))
def withdraw_consent(*, by: Any, consent: Consent, withdrawn_on: date, reason: str = "") -> Consent:
    """Withdraw an active consent: the participant's right at any time, no reason may be asked of them.

    Raises:
        Refused: not active, or a date in the future or before the consent was signed.
    """
    consent = locked(consent, "subject", "study", "site")
    require(policies.withdraw_consent(by, consent))
    refuse_identity_in(consent.subject, reason=reason)
    if withdrawn_on > clock.today(consent.site.time_zone):
        require(refused(_("This date lies in the future."), "withdrawn_on"))
    if consent.signed_on and withdrawn_on < consent.signed_on:
        require(refused(_("This is before the consent was signed."), "withdrawn_on"))
    consent.status, consent.withdrawn_on = ConsentStatus.WITHDRAWN, withdrawn_on
    consent.save()
    _published(consent)
    return consent


def _published(consent: Consent) -> None:
    publish(ConsentChanged(consent.study_id, consent.site_id, consent.subject_id, consent.pk, consent.status))

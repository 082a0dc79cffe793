"""Recording informed consent (ICH E6(R3) 2.8)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.consent import GIVEN, ConsentStatus, in_force
from subjects.events import ConsentChanged, SubjectChanged
from subjects.models import Consent, ConsentVersion, Signed, Subject
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish

from . import schedule
from .dispositions import INFORMED_CONSENT, move_milestone
from .identity import correct_age, refuse_identity_in
from .locking import locked, locked_row
from .screening import begin_on


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
    consent = _given(subject, signed, signed_on)
    consent.discussed_by_id, consent.countersigned_at, consent.countersigned_by_id = by.pk, clock.now(), by.pk
    consent.save()
    _note_first_consent(subject, signed_on)
    _published(consent)
    return consent


def _given(subject: Subject, signed: Signed, signed_on: date) -> Consent:
    return Consent(
        subject=subject,
        version=signed.version,
        status=ConsentStatus.ACTIVE,
        discussed_at=signed.discussed_at or signed.signed_at,
        mode=signed.mode,
        signed_at=signed.signed_at,
        signed_on=signed_on,
        signer_capacity=signed.capacity,
        method=signed.method,
        copy_given=signed.copy_given,
    )


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


@recorded("consent.corrected", gettext_lazy("Consent corrected"))
def correct_consent(*, by: Any, consent: Consent, signed: Signed, reason: str) -> Consent:
    """Mark an active consent as recorded in error and record the right one in its place, which is returned.

    Who discussed and countersigned it stays. Where the wrong day was that of the first consent, what was derived from
    it is derived anew: the age, the beginning of the attempt that it opened, the visits counted from it, and the
    milestone (ICH E6(R3) 4.2.2: what was recorded before stays readable).

    Raises:
        Refused: by role, not active, what a consent that is recorded anew is refused for, signed after it was
            countersigned, born after it, or something was done before the right day of signing: consent that comes
            after the first procedure is a deviation (ICH E6(R3) 2.8.1, 21 CFR 50.27).
    """
    subject = locked_row(Subject, consent.subject_id, "study", "site")
    consent = locked(consent, "subject", "study", "site")
    require(policies.correct_consent(by, consent))
    refuse_identity_in(subject, reason=reason)
    signed_on = clock.local(signed.signed_at, subject.site.time_zone).date()
    _require_possible_times(signed)
    _require_version(signed.version, signed_on, subject)
    _require_place_in_order(consent, signed, signed_on)
    consent.status = ConsentStatus.INVALID
    consent.save()
    right = _given(subject, signed, signed_on)
    right.discussed_by_id, right.countersigned_by_id = consent.discussed_by_id, consent.countersigned_by_id
    right.countersigned_at = consent.countersigned_at
    right.save()
    _put_first_day_right(subject, consent, signed_on)
    _published(consent)
    _published(right)
    return right


def _require_place_in_order(wrong: Consent, signed: Signed, signed_on: date) -> None:
    """The right one stands where the wrong one stood: after others, before its countersignature and what follows."""
    others = wrong.subject.consents.filter(status__in=GIVEN).exclude(pk=wrong.pk)
    if others.filter(signed_at__gte=signed.signed_at).exists():
        require(refused(_("A consent signed at or after this time is already recorded."), "signed_at"))
    if wrong.countersigned_at and signed.signed_at > wrong.countersigned_at:
        require(refused(_("This is after the consent was countersigned."), "signed_at"))
    covered = others.exclude(status=ConsentStatus.WITHDRAWN).exists()
    if not covered and wrong.signed_on and signed_on > wrong.signed_on:
        _require_nothing_before(wrong.subject, wrong.signed_on, signed_on)


def _require_nothing_before(subject: Subject, wrong_on: date, signed_on: date) -> None:
    for what, on in _done_with_consent(subject, wrong_on):
        if on and on < signed_on:
            words = {"what": what, "day": formats.date_format(on, "j M Y")}
            text = _(
                "Before that day: %(what)s (%(day)s). A consent that comes after is no typing error but a departure "
                "from the protocol; record it as one."
            )
            require(refused(text % words, "signed_at"))


def _done_with_consent(subject: Subject, wrong_on: date) -> Iterator[tuple[str, date | None]]:
    """What is done only with consent, each with its day at the site."""
    randomised_at = subject.randomised_at
    for attempt in subject.screenings.all():
        yield _("eligibility was confirmed"), attempt.eligible_on
        yield _("the result of screening"), attempt.decided_on
        if not (attempt.attempt == 1 and attempt.screening_date == wrong_on):
            yield _("the beginning of screening"), attempt.screening_date
    yield _("randomisation"), clock.local(randomised_at, subject.site.time_zone).date() if randomised_at else None
    yield _("the first dose"), subject.first_dose_on
    for visit in subject.visits.exclude(started_on=None).order_by("started_on"):
        yield visit.visit_type, visit.started_on


def _put_first_day_right(subject: Subject, wrong: Consent, signed_on: date) -> None:
    """What the first consent dates follows it; a day that came from another consent or from a delivery stays."""
    was = subject.consented_on
    days = [day for day in subject.consents.filter(status__in=GIVEN).values_list("signed_on", flat=True) if day]
    first = min([*days, was] if was and was != wrong.signed_on else days)
    if first == was:
        return
    subject.consented_on = first
    correct_age(subject)
    subject.save()
    if was:
        begin_on(subject, was, first)
        schedule.aim_from_consent(subject, was)
        move_milestone(subject, INFORMED_CONSENT, was, first)
    publish(SubjectChanged(subject.study_id, subject.site_id, subject.pk, subject.state))


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

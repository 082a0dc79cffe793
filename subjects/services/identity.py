"""The identity of a subject: sealed with the subject's own key, and kept out of every other text."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.identities import mentions, words_of
from subjects.domain.participation import age_on
from subjects.events import SubjectChanged
from subjects.models import Identity, Subject, SubjectIdentity, SubjectKey, sealed_place
from trialcrm.audit.recording import recorded
from trialcrm.core import clock, crypto
from trialcrm.core.decisions import Refused, refused, require
from trialcrm.core.events import publish

from .locking import locked


@recorded("identity.recorded", gettext_lazy("Identity recorded"))
def record_identity(*, by: Any, subject: Subject, identity: Identity) -> SubjectIdentity:
    """Seal who the subject is, with a key of its own.

    Raises:
        Refused: no name, or the record number is another participant's at this site.
    """
    require(policies.change_subject(by, subject))
    SubjectKey.objects.create(subject=subject, wrapped=crypto.wrap(crypto.new_data_key()))
    record = SubjectIdentity(subject=subject)
    _fill(record, identity, Identity())
    record.save()
    return record


@recorded("identity.changed", gettext_lazy("Identity changed"))
def change_identity(*, by: Any, subject: Subject, identity: Identity, reason: str) -> SubjectIdentity:
    """Correct name, birth date, record number or contact details; only what changed is sealed anew.

    The age at consent follows a corrected birth date.

    Raises:
        Refused: no identity is kept, the reason names the person, or the new values are impossible.
    """
    subject = locked(subject, "study", "site")
    require(policies.change_identity(by, subject))
    record = _kept(subject)
    known = _readable(record)
    for one in (known, identity):
        _refuse(one, reason=reason)
    _fill(record, identity, known)
    record.save()
    _correct_age(subject, identity.date_of_birth)
    publish(SubjectChanged(subject.study_id, subject.site_id, subject.pk, subject.state))
    return record


def _kept(subject: Subject) -> SubjectIdentity:
    record = SubjectIdentity.objects.filter(subject=subject).first()
    if record is None:
        raise Refused(refused(_("No identity is kept for %(subject)s.") % {"subject": subject}))
    return locked(record, "subject__key", "subject__study", "subject__site")


def _readable(record: SubjectIdentity) -> Identity:
    try:
        return record.reveal()
    except (crypto.Unreadable, Subject.key.RelatedObjectDoesNotExist) as error:
        raise Refused(refused(_("The identity was erased."))) from error


def _correct_age(subject: Subject, born: date | None) -> None:
    on = subject.consented_on
    age = age_on(born, on) if on else None
    if age != subject.age:
        subject.age = age
        subject.save()


def correct_age(subject: Subject) -> None:
    """The age at consent once the day of consent was put right; the caller saves. Stays where no identity is readable.

    Raises:
        Refused: born after that day.
    """
    identity, on = _readable_identity(subject), subject.consented_on
    if identity is None or on is None or identity.date_of_birth is None:
        return
    if identity.date_of_birth > on:
        require(refused(_("The birth date lies after the consent."), "signed_at"))
    subject.age = age_on(identity.date_of_birth, on)


def _fill(record: SubjectIdentity, wanted: Identity, known: Identity) -> None:
    subject = record.subject
    _require_sensible(wanted, subject)
    key = crypto.unwrap(subject.key.wrapped)
    for name in SubjectIdentity.SEALED:
        new, old = getattr(wanted, name), getattr(known, name)
        if new != old:
            text = new.isoformat() if isinstance(new, date) else (new or "")
            setattr(record, name, crypto.seal(key, text, sealed_place(subject.pk, name)) if text else "")
    record.name_index = name_index(wanted.full_name)
    number = wanted.medical_record_number
    record.medical_record_number_index = crypto.blind_index(number, f"mrn/{subject.site_id}") if number else ""
    _require_own_number(record)


def _require_sensible(identity: Identity, subject: Subject) -> None:
    if not identity.full_name.strip():
        require(refused(_("The name is missing."), "full_name"))
    born, on = identity.date_of_birth, subject.consented_on or clock.today(subject.site.time_zone)
    if born and born > on:
        require(refused(_("The birth date lies after the consent."), "date_of_birth"))


def _require_own_number(record: SubjectIdentity) -> None:
    """The site is held, so that the same number given twice at once is refused in words and not by the database."""
    index = record.medical_record_number_index
    if not index:
        return
    site = locked(record.subject.site)
    others = SubjectIdentity.objects.filter(site=site, medical_record_number_index=index)
    if others.exclude(pk=record.pk).exists():
        require(refused(_("Another participant at this site has this record number."), "medical_record_number"))


def name_index(full_name: str) -> list[str]:
    """Blind indexes of the words of a name, by which it can be found."""
    return sorted({crypto.blind_index(word, "name") for word in words_of(full_name)})


def refuse_identity_in(subject: Subject, **texts: str) -> None:
    """Keep the subject's own name and numbers out of texts that coded readers may see (GDPR Article 25).

    Raises:
        Refused: at the first field whose text contains them.
    """
    identity = _readable_identity(subject) if any(texts.values()) else None
    if identity is not None:
        _refuse(identity, **texts)


def _readable_identity(subject: Subject) -> Identity | None:
    """The identity in clear; None where none is kept or it was erased."""
    record = SubjectIdentity.objects.filter(subject=subject).select_related("subject__key").first()
    try:
        return record.reveal() if record else None
    except (crypto.Unreadable, Subject.key.RelatedObjectDoesNotExist):
        return None


def _refuse(identity: Identity, **texts: str) -> None:
    words = _("Write the participant id instead of a name, birth date or number of the person.")
    for field, text in texts.items():
        if text and mentions(text, identity):
            require(refused(words, field))

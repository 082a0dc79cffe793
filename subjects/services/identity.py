"""The identity of a subject: sealed with the subject's own key, and kept out of every other text."""

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.events import SubjectChanged
from subjects.models import Identity, Subject, SubjectIdentity, SubjectKey, sealed_place
from trialcrm.audit.recording import recorded
from trialcrm.core import crypto
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish

from .locking import locked

SHORTEST_NAME_PART = 3


@recorded("identity.recorded", gettext_lazy("Identity recorded"))
def record_identity(*, by: Any, subject: Subject, identity: Identity) -> SubjectIdentity:
    """Seal who the subject is, with a key of its own.

    Raises:
        Refused: the record number is another participant's at this site.
    """
    require(policies.change_subject(by, subject))
    SubjectKey.objects.create(subject=subject, wrapped=crypto.wrap(crypto.new_data_key()))
    record = SubjectIdentity(subject=subject)
    _fill(record, identity, Identity())
    record.save()
    return record


@recorded("identity.changed", gettext_lazy("Identity changed"))
def change_identity(*, by: Any, subject: Subject, identity: Identity, reason: str) -> SubjectIdentity:
    """Correct name, birth date, record number or contact details; only what changed is sealed anew."""
    require(policies.change_identity(by, subject))
    record = locked(subject.identity, "subject__key", "study", "site")
    _fill(record, identity, record.reveal())
    record.save()
    publish(SubjectChanged(subject.study_id, subject.site_id, subject.pk, subject.state))
    return record


def _fill(record: SubjectIdentity, wanted: Identity, known: Identity) -> None:
    subject = record.subject
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


def _require_own_number(record: SubjectIdentity) -> None:
    index = record.medical_record_number_index
    others = SubjectIdentity.objects.filter(site_id=record.subject.site_id, medical_record_number_index=index)
    if index and others.exclude(pk=record.pk).exists():
        require(refused(_("Another participant at this site has this record number."), "medical_record_number"))


def name_index(full_name: str) -> list[str]:
    """Blind indexes of the words of a name, by which it can be found."""
    return sorted({crypto.blind_index(word, "name") for word in re.split(r"[\s\-']+", full_name) if word})


def refuse_identity_in(subject: Subject, **texts: str) -> None:
    """Keep the subject's own name and numbers out of texts that coded readers may see (GDPR Article 25).

    Raises:
        Refused: at the first field whose text contains them.
    """
    record = SubjectIdentity.objects.filter(subject=subject).select_related("subject__key").first()
    if record is None or not any(texts.values()):
        return
    marks = _marks(record.reveal())
    for field, text in texts.items():
        folded = crypto.fold(text or "")
        if any(re.search(rf"\b{re.escape(mark)}\b", folded) for mark in marks):
            require(refused(_("Write the participant id instead of a name, birth date or number of the person."), field))


def _marks(identity: Identity) -> list[str]:
    names = [part for part in identity.full_name.split() if len(part) >= SHORTEST_NAME_PART]
    born = identity.date_of_birth
    dates = [born.isoformat(), f"{born:%d.%m.%Y}", f"{born:%d/%m/%Y}"] if born else []
    numbers = [identity.medical_record_number, identity.phone, identity.email]
    return [crypto.fold(mark) for mark in [*names, *dates, *numbers] if mark]

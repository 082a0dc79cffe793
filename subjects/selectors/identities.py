"""Who subjects are, for those who may know; every reading is written down."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from subjects.domain.identities import words_of
from subjects.domain.permissions import Perm
from subjects.models import Identity, Subject, SubjectIdentity
from trialcrm.audit.log import note
from trialcrm.core import crypto

ERASED = _("erased")


def names_of(user: Any, subjects: Iterable[uuid.UUID], where: str) -> dict[uuid.UUID, str]:
    """Names of those of the subjects whose identity the person may see, by subject; nothing for the rest.

    The reading is logged once, with the subjects read and `where`, the page (45 CFR 164.312(b), GDPR Article 5(2)).
    """
    wanted = list(subjects)
    rows = SubjectIdentity.objects.visible_to(user).filter(subject__in=wanted).select_related("subject__key")
    names = {row.subject_id: _name(row) for row in rows} if wanted else {}
    if names:
        read = sorted(str(pk) for pk in names)
        note("identity.read", _("Names read"), by=user, facts={"where": where, "subjects": read})
    return names


def _name(row: SubjectIdentity) -> str:
    try:
        key = crypto.unwrap(row.subject.key.wrapped)
        return row.open(key, "full_name")
    except (crypto.Unreadable, Subject.key.RelatedObjectDoesNotExist):
        return str(ERASED)


def identity_of(user: Any, subject: Subject, where: str) -> Identity | None:
    """The whole identity of one subject, or None when the person may not see it or it was erased.

    The reading is logged.
    """
    row = SubjectIdentity.objects.visible_to(user).filter(subject=subject).select_related("subject__key").first()
    if row is None:
        return None
    found = _known(row)
    if found is None:
        return None
    note("identity.read", _("Identity read"), by=user, about=subject, facts={"where": where})
    return found


def identities_of(user: Any, subjects: Iterable[uuid.UUID], where: str) -> dict[uuid.UUID, Identity]:
    """Whole identities of those of the subjects whom the person may know, and of themselves, by subject.

    Nothing for the rest, and for those whose identity was erased. The reading is logged once, with the subjects read.
    """
    wanted = list(subjects)
    rows = SubjectIdentity.objects.visible_to(user) | SubjectIdentity.objects.visible_to(user, Perm.OWN_VISITS)
    known = {row.subject_id: _known(row) for row in rows.filter(subject__in=wanted).select_related("subject__key")}
    found = {pk: identity for pk, identity in known.items() if identity}
    if found:
        facts = {"where": where, "subjects": sorted(map(str, found))}
        note("identity.read", _("Identities read"), by=user, facts=facts)
    return found


def _known(row: SubjectIdentity) -> Identity | None:
    try:
        return row.reveal()
    except (crypto.Unreadable, Subject.key.RelatedObjectDoesNotExist):
        return None


def subjects_named(user: Any, words: str) -> list[uuid.UUID]:
    """Subjects whose name holds every word given, found through the blind index."""
    indexes = [crypto.blind_index(word, "name") for word in words_of(words)]
    if not indexes:
        return []
    rows = SubjectIdentity.objects.visible_to(user).filter(name_index__contains=indexes)
    return list(rows.values_list("subject_id", flat=True)[:200])

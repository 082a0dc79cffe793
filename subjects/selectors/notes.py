"""Notes about a subject, for those at the site who may read them."""

import uuid
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.shortcuts import get_object_or_404

from subjects.models import Subject, SubjectNote
from trialcrm.core.paging import Order

NEWEST_FIRST = Order(("-created_at", "-id"))


def notes_of(user: Any, subject: Subject, note_type: str = "") -> QuerySet[SubjectNote]:
    """First notes about a subject, of one type or of all, each with its addenda in the order they were written."""
    addenda = SubjectNote.objects.visible_to(user).select_related("author").order_by("created_at", "id")
    rows = SubjectNote.objects.visible_to(user).filter(subject=subject, addendum_to=None)
    if note_type:
        rows = rows.filter(note_type=note_type)
    related = rows.select_related("author", "subject__study", "study")
    return related.prefetch_related(Prefetch("addenda", queryset=addenda)).order_by(*NEWEST_FIRST.fields)


def note_counts(user: Any, subject: Subject) -> dict[str, int]:
    """How many notes of each type a subject has, without addenda."""
    rows = SubjectNote.objects.visible_to(user).filter(subject=subject, addendum_to=None)
    return dict(rows.order_by().values_list("note_type").annotate(Count("pk")))


def note_for(user: Any, pk: uuid.UUID) -> SubjectNote:
    """One note in the person's sight, or 404."""
    rows = SubjectNote.objects.visible_to(user).select_related("author", "subject__site", "subject__study", "study")
    return get_object_or_404(rows, pk=pk)

"""Notes in the chart of one subject, and writing them."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from subjects import policies, selectors, services
from subjects.domain.notes import NoteType
from subjects.domain.permissions import Perm
from subjects.forms.notes import AddendumForm, NoteForm
from trialcrm.access.gates import requires
from trialcrm.core.decisions import require
from trialcrm.core.htmx import done, show
from trialcrm.core.paging import page_of

from .charts import chart_page


@requires(Perm.VIEW_NOTE)
def subject_notes(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    subject = selectors.subject_for(request.user, pk, Perm.VIEW_NOTE)
    chosen = request.GET.get("type", "")
    chosen = chosen if chosen in NoteType.values else ""
    notes = selectors.notes_of(request.user, subject, chosen)
    page = page_of(notes, selectors.NEWEST_FIRST, request.GET, size=20)
    chips = _chips(request, subject, chosen)
    shown = {"page": page, "chips": chips, "chosen": chosen, "mine": request.user.pk}
    return chart_page(request, pk, "notes", "subjects/notes/subject_notes.html", shown)


def _chips(request: HttpRequest, subject: Any, chosen: str) -> list[dict[str, Any]]:
    counts = selectors.note_counts(request.user, subject)
    address = reverse("subjects:subject-notes", args=[subject.pk])
    every = {"label": _("All"), "count": sum(counts.values()), "url": address, "current": not chosen}
    used = [
        {
            "label": NoteType(name).label,
            "count": counts[name],
            "url": f"{address}?type={name}",
            "current": name == chosen,
        }
        for name in NoteType.values
        if name in counts
    ]
    return [every, *used]


@requires(Perm.CHANGE_NOTE)
def add(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    subject = selectors.subject_for(request.user, pk, Perm.VIEW_NOTE)
    require(policies.write_note(request.user, subject))
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.tell(services.write_note, subject=subject, by=request.user):
        notes = reverse("subjects:subject-notes", args=[pk])
        return done(request, notes, "note-changed", said=_("Note written."))
    return show(request, "subjects/notes/add.html", {"subject": subject}, fragment="dialog", form=form)


@requires(Perm.CHANGE_NOTE)
def addendum(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    note = selectors.note_for(request.user, pk)
    require(policies.add_addendum(request.user, note))
    form = AddendumForm(request.POST or None)
    if request.method == "POST" and form.tell(services.add_addendum, note=note, by=request.user):
        notes = reverse("subjects:subject-notes", args=[note.subject_id])
        return done(request, notes, "note-changed", said=_("Addendum written."))
    shown = {"note": note, "subject": note.subject}
    return show(request, "subjects/notes/addendum.html", shown, fragment="dialog", form=form)

"""Forms of notes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from subjects.domain.notes import NoteType
from trialcrm.core.forms import Form


class NoteForm(Form):
    note_type = forms.ChoiceField(label=_("About"), choices=NoteType.choices, initial=NoteType.GENERAL)
    note_text = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Read at this site only. A note is not edited later; its author can add to it."),
    )


class AddendumForm(Form):
    note_text = forms.CharField(
        label=_("Addendum"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The note stays as it was written."),
    )

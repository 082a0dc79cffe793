"""Forms of studies: correcting the titles, and moving a study on."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from subjects.domain.studies import STUDY_LIFECYCLE, StudyStatus
from subjects.models import Study
from trialcrm.core.forms import Form, ReasonField

from .registration import ChangeForm


class StudyForm(ChangeForm):
    title = forms.CharField(label=_("Title"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    short_title = forms.CharField(label=_("Short title"), max_length=80, required=False)

    field_order = ("title", "short_title", "reason")

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        known = {"title": study.title, "short_title": study.short_title}
        super().__init__(*args, initial=known, **kwargs)


class StudyMoveForm(Form):
    to = forms.ChoiceField(label=_("New status"))
    reason = ReasonField()

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        after = STUDY_LIFECYCLE.moves[study.status]
        choices = [(status.value, status.label) for status in StudyStatus if status in after]
        cast(forms.ChoiceField, self.fields["to"]).choices = [("", "—"), *choices]

"""A participant tells how they feel."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trialcrm.core.forms import DateInput, Form
from trialcrm.core.partial_dates import parse_partial_date


class SymptomForm(Form):
    event_term = forms.CharField(
        label=_("How do you feel?"), max_length=200, help_text=_("A few words, for example “headache” or “I fell”.")
    )
    onset = forms.DateField(label=_("Since when?"), widget=DateInput())
    narrative = forms.CharField(
        label=_("Tell us more, if you like"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"onset": today}, **kwargs)
        self.today = today

    def clean_onset(self) -> date:
        on: date = self.cleaned_data["onset"]
        if on > self.today:
            raise forms.ValidationError(_("This date lies in the future."))
        if on < self.today - timedelta(days=3660):
            raise forms.ValidationError(_("This date is too long ago."))
        return on

    def told(self) -> dict[str, Any]:
        return {**self.cleaned_data, "onset": parse_partial_date(self.cleaned_data["onset"].isoformat())}

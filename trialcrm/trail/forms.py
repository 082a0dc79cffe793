"""Filters of the trail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trialcrm.audit.models import AuditLog
from trialcrm.core.forms import DateInput

from . import selectors
from .selectors import Wanted

ANY = [("", _("All"))]


class Filters(forms.Form):
    """What all pages of the trail ask; what a filter does not understand is ignored."""

    action = forms.ChoiceField(label=_("Act"), required=False)
    kind = forms.ChoiceField(label=_("Record"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[*ANY, *AuditLog.Outcome.choices], required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DateInput())
    until = forms.DateField(label=_("Until"), required=False, widget=DateInput())

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.offer("action", selectors.actions())
        self.offer("kind", selectors.kinds())

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [*ANY, *choices]

    @property
    def wanted(self) -> Wanted:
        self.is_valid()
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if value}, zone=self.zone)

    @property
    def given(self) -> dict[str, str]:
        """The filters in use, as typed."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


class TrailFilters(Filters):
    subject = forms.CharField(
        label=_("Participant"), required=False, widget=forms.SearchInput(attrs={"placeholder": _("Id or name")})
    )
    person = forms.CharField(label=_("Person"), required=False, widget=forms.SearchInput())

    field_order = ("subject", "person")


class SubjectTrailFilters(Filters):
    """Of one subject's trail: the people are those who acted."""

    person = forms.ChoiceField(label=_("Person"), required=False)

    field_order = ("person",)

    def __init__(self, *args: Any, people: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("person", [(name, name) for name in people])

"""Forms of tokens and service accounts."""

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trialcrm.access.roles import SERVICE_ROLES, Role
from trialcrm.api.domain.tokens import Verb
from trialcrm.core.forms import DateInput, Form

USUAL = timedelta(days=90)
_ROLES = [("", "—"), *((role.value, role.label) for role in Role if role in SERVICE_ROLES)]


class LastingForm(Form):
    """What every token has: what it is for, and how long."""

    name = forms.CharField(
        label=_("What the token is for"), max_length=100, help_text=_("Like “nightly export” or “app on my phone”.")
    )
    expires_on = forms.DateField(label=_("Until"), widget=DateInput(), help_text=_("The last day, within a year."))

    def __init__(self, *args: Any, today: date, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["expires_on"].initial = today + USUAL


class PlacesField(forms.TypedMultipleChoiceField):
    """Studies or sites, by their ids; none chosen is no limit."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=uuid.UUID, empty_value=[], required=False, **options)


class TokenForm(LastingForm):
    verbs = forms.MultipleChoiceField(
        label=_("It may"), choices=Verb, initial=[Verb.READ], widget=forms.CheckboxSelectMultiple
    )
    study_ids = PlacesField(
        label=_("In these studies only"), help_text=_("None chosen: wherever you may, also where you get a role later.")
    )
    site_ids = PlacesField(label=_("At these sites only"), help_text=_("None chosen: at every site of these studies."))

    field_order = ("name", "verbs", "expires_on", "study_ids", "site_ids")

    def __init__(self, *args: Any, places: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self._offer("study_ids", [(str(study.pk), str(study)) for study in places.studies])
        self._offer("site_ids", [(str(site.pk), f"{site.study} · {site}") for site in places.sites])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]


class ServiceAccountForm(LastingForm):
    account_name = forms.CharField(
        label=_("Name of the program"), max_length=150, help_text=_("It stands in the trail for what the program does.")
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=_ROLES,
        help_text=_("In the whole study, to read only. None of these sees who participants are."),
    )

    field_order = ("account_name", "role", "name", "expires_on")


class IssueForm(LastingForm):
    account: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Service account"), queryset=None)

    field_order = ("account", "name", "expires_on")

    def __init__(self, *args: Any, programs: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["account"].queryset = programs  # type: ignore[attr-defined]


class RevokeForm(Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("For example that it came into other hands.")
    )

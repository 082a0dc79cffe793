"""Forms of deviations."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from subjects import selectors
from subjects.domain.deviations import UNSETTLED, Departure, DeviationCategory, DeviationStatus, Importance
from trialcrm.core import clock
from trialcrm.core.forms import DateInput, Form, ReasonField
from trialcrm.users.forms import SigningForm

from .fields import Segmented
from .subjects import ALL, FocusFilters


class DeviationFilters(FocusFilters):
    """Without a status the list shows what is not settled yet."""

    q = forms.CharField(
        label=_("Find"), required=False, widget=forms.SearchInput(attrs={"placeholder": _("Id or words")})
    )
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[("", _("Not settled")), ("all", _("Every status")), *DeviationStatus.choices],
        required=False,
    )
    category = forms.ChoiceField(label=_("Category"), choices=[*ALL, *DeviationCategory.choices], required=False)
    importance = forms.ChoiceField(label=_("Importance"), choices=[*ALL, *Importance.choices], required=False)

    def rows(self) -> Any:
        """The deviations that the filters leave."""
        rows = selectors.deviation_list(self.user).filter(site__in=self.focus.site_ids)
        for name in ("category", "importance"):
            if self.value(name):
                rows = rows.filter(**{name: self.value(name)})
        if self.value("q"):
            rows = selectors.deviations_matching(rows, self.value("q"))
        status = self.value("status")
        if status == "all":
            return rows
        return rows.filter(status=status) if status else rows.filter(status__in=UNSETTLED)


class DepartureForm(Form):
    """What happened and when; hands a `departure` to the service."""

    description = forms.CharField(
        label=_("What happened"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Without names: the sponsor reads this."),
    )
    category = forms.ChoiceField(label=_("Category"), choices=[("", "—"), *DeviationCategory.choices])
    starts_on = forms.DateField(label=_("From"), widget=DateInput)
    ends_on = forms.DateField(label=_("Until"), widget=DateInput, required=False)
    discovered_on = forms.DateField(label=_("Discovered on"), widget=DateInput)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("discovered_on", clock.today(zone))

    def told(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        names = ("description", "category", "starts_on", "ends_on", "discovered_on")
        parts = {name: data.pop(name) for name in names}
        return {**data, "departure": Departure(**parts)}


class NewDeviationForm(DepartureForm):
    is_certain = forms.TypedChoiceField(
        label=_("Is it a deviation?"),
        choices=[("yes", _("Yes")), ("no", _("To be looked at"))],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=Segmented,
    )


class DismissalForm(Form):
    reason = ReasonField(label=_("Why it is none"))


class UpgradeForm(Form):
    reason = ReasonField(label=_("Why it is major"))


def _yes_or_no(label: Any) -> forms.TypedChoiceField:
    choices = [("no", _("No")), ("yes", _("Yes"))]
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=lambda value: value == "yes", initial="no", widget=Segmented
    )


class AssessmentForm(Form):
    importance = forms.ChoiceField(label=_("Importance"), choices=Importance.choices, widget=Segmented)
    impact = forms.CharField(
        label=_("Effect on safety or data"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    immediate_hazard = _yes_or_no(_("Done to avoid an immediate hazard to the participant"))
    serious_breach = _yes_or_no(_("Possible serious breach"))


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person: Any) -> str:
        return person.name


class ActionForm(Form):
    root_cause = forms.CharField(label=_("Why it happened"), widget=forms.Textarea(attrs={"rows": 3}))
    corrective_action = forms.CharField(
        label=_("What is done, so that it does not happen again"), widget=forms.Textarea(attrs={"rows": 3})
    )
    action_owner = PersonField(label=_("By whom"), queryset=None)
    action_due_on = forms.DateField(label=_("Until"), widget=DateInput)

    def __init__(self, *args: Any, site_id: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = cast("forms.ModelChoiceField[Any]", self.fields["action_owner"])
        people.queryset = selectors.people_at_site(site_id)


class ClosingForm(Form):
    """A minor deviation is closed without more words."""


class SignedClosingForm(SigningForm):
    """A major deviation is closed under a signature."""

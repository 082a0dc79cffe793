"""What the forms of this app share."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from safety.domain.assessments import ActionTaken, Criterion, Outcome, Severity
from safety.domain.entries import Seen
from subjects.forms.fields import Segmented, SiteDateTimeField
from trialcrm.core.forms import PartialDateField

NOTHING = [("", "—")]
#: Short names for the buttons beside each other; the words in full stand in the record.
_SHORT = {
    ActionTaken.NOT_CHANGED: _("Not changed"),
    ActionTaken.REDUCED: _("Reduced"),
    ActionTaken.INCREASED: _("Increased"),
}


def severity_field(scale: Sequence[Severity]) -> forms.ChoiceField:
    """How intense it is, on the scale of the study."""
    choices = [(item.value, item.label) for item in scale]
    return forms.ChoiceField(
        label=_("How severe is it?"),
        choices=choices,
        widget=Segmented,
        help_text=_("How intense it is. A severe headache is not serious; a mild stroke is."),
    )


def criteria_field() -> forms.MultipleChoiceField:
    """What makes it serious; none ticked means that it is not."""
    return forms.MultipleChoiceField(
        label=_("Is it serious? Tick what applies"),
        choices=Criterion.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Nothing ticked: not serious. A visit to an emergency room without admission is no hospitalisation."
        ),
    )


def action_field(required: bool) -> forms.ChoiceField:
    choices = [(item.value, _SHORT.get(item, item.label)) for item in ActionTaken]
    return forms.ChoiceField(
        label=_("Action taken with the study drug"), choices=[*NOTHING, *choices], required=required
    )


def outcome_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("How does it stand?"), choices=[*NOTHING, *Outcome.choices])


def onset_field() -> PartialDateField:
    return PartialDateField(
        label=_("Began"),
        max_length=25,
        help_text=_("As far as it is known: 2014, 2014-03, 2014-03-05 or 2014-03-05T14:30."),
    )


def end_field() -> PartialDateField:
    return PartialDateField(
        label=_("Ended"),
        max_length=25,
        required=False,
        help_text=_("Empty while it lasts. 2014, 2014-03 or 2014-03-05."),
    )


def admitted_field() -> PartialDateField:
    return PartialDateField(label=_("Admitted to hospital"), max_length=25, required=False)


def serious_since_field() -> SiteDateTimeField:
    return SiteDateTimeField(
        label=_("When did the site learn that it is serious?"),
        required=False,
        help_text=_("The 24 hours to the sponsor run from here. Empty: from when the site learned of the event."),
    )


def treatment_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Was it treated?"),
        choices=[("", _("Not recorded")), ("yes", _("Yes")), ("no", _("No"))],
        required=False,
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=Segmented,
    )


def seen_in(data: dict[str, Any]) -> Seen:
    """The judgement in what was typed."""
    return Seen(
        severity=data["severity"],
        outcome=data["outcome"],
        criteria=frozenset(Criterion(item) for item in data["criteria"]),
        action_taken=data.get("action_taken", ""),
        admitted=data.get("admitted"),
        has_treatment=data.get("has_treatment"),
        assessed_on=data.get("assessed_on"),
        visit=data.get("visit"),
        remark=data.get("remark", ""),
    )

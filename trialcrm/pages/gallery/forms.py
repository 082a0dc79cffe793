"""A form in its states: fresh, with errors, and as filters."""

from typing import Any

from django import forms

from trialcrm.core.forms import DateInput, Form, ReasonField
from trialcrm.users.domain.signatures import Item

CAUSALITY = [("not", "Not related"), ("unlikely", "Unlikely"), ("possibly", "Possibly"), ("related", "Related")]


class Segmented(forms.RadioSelect):
    template_name = "django/forms/widgets/segmented.html"


class Example(Form):
    term = forms.CharField(label="Event", help_text="In the participant's own words, then the medical term.")
    onset = forms.DateField(label="Onset", widget=DateInput())
    site = forms.ChoiceField(label="Site", choices=[("", "Choose"), ("701", "701 Riverside"), ("702", "702 Hillcrest")])
    causality = forms.ChoiceField(
        label="Is there a reasonable possibility that the drug caused it?", widget=Segmented, choices=CAUSALITY
    )
    actions = forms.MultipleChoiceField(
        label="Action taken",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("treated", "Treated with another medicine"), ("reduced", "Dose reduced")],
    )
    details = forms.CharField(label="Details", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    informed = forms.BooleanField(label="The participant was told whom to call", required=False)
    reason = ReasonField(required=False)


class Signing(Form):
    """What a form under a record shows; the real one proves who signs."""

    email = forms.EmailField(label="Your e-mail address")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    statement = "I prescribe this treatment as shown here."
    shown_now = ""
    lines = [
        Item("drug", "Drug", "1", "Xanomeline 54 mg or placebo, patch"),
        Item("dose", "Dose", "1", "1 patch once a day"),
        Item("starts_on", "From", "2025-08-01", "Fri 1 Aug 2025"),
    ]


class Filters(forms.Form):
    q = forms.CharField(label="Text", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    status = forms.ChoiceField(
        label="Status", required=False, choices=[("", "Any"), ("due", "Due"), ("missed", "Missed")]
    )
    site = forms.ChoiceField(label="Site", required=False, choices=[("", "All"), ("701", "701 Riverside")])


def sample() -> dict[str, Any]:
    return {
        "fresh": Example(auto_id="fresh_%s", initial={"causality": "possibly", "term": "Itching at the patch"}),
        "wrong": Example(
            {"term": "", "onset": "31.02.2025", "reason": "typo", "causality": "possibly"}, auto_id="wrong_%s"
        ),
        "filters": Filters(auto_id="filter_%s"),
        "signing": Signing(auto_id="signing_%s"),
        "segments": [{"value": value, "label": label, "checked": value == "possibly"} for value, label in CAUSALITY],
    }

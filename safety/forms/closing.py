"""How an event ends, and what is told to the sponsor."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from safety import selectors
from safety.domain.assessments import JUDGEMENTS, Outcome, SeverityScale
from safety.models import AdverseEvent, SafetyPlan
from subjects.forms.fields import Segmented
from trialcrm.core.forms import Form, ReasonField
from trialcrm.users.domain.signatures import Proof
from trialcrm.users.forms import SigningForm
from trialcrm.users.selectors.signatures import digest_of_record

from . import fields


class ResolveForm(Form):
    outcome = fields.outcome_field()
    end = fields.end_field()
    end_unknown_reason = forms.CharField(label=_("If the day of the end is unknown, why"), required=False)

    def __init__(self, *args: Any, event: AdverseEvent, **kwargs: Any) -> None:
        super().__init__(*args, initial={"outcome": event.outcome or Outcome.RECOVERED, "end": event.end}, **kwargs)


class WhyForm(Form):
    """An act that needs nothing but its reason."""

    reason = ReasonField()


class VoidForm(Form):
    kept_event = forms.ModelChoiceField(
        label=_("The event that is kept, if this is a duplicate"), queryset=AdverseEvent.objects.none(), required=False
    )
    reason = ReasonField()

    def __init__(self, *args: Any, user: Any, event: AdverseEvent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept: Any = self.fields["kept_event"]
        kept.queryset = selectors.kept_choices(user, event)


class NoFieldsForm(Form):
    """An act that asks for nothing; the button is the question."""


class SendForm(Form):
    is_final = forms.BooleanField(label=_("This is the final report"), required=False)
    new_information = forms.CharField(
        label=_("What is new since the last report"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["is_final"], self.fields["new_information"]


class SponsorForm(Form):
    causality = forms.ChoiceField(
        label=_("Sponsor's causality"), choices=[(item.value, item.label) for item in JUDGEMENTS], widget=Segmented
    )
    is_expected = forms.TypedChoiceField(
        label=_("Expected by the reference safety information?"),
        choices=[("yes", _("Expected")), ("no", _("Unexpected"))],
        coerce=lambda value: value == "yes",
        widget=Segmented,
    )
    rationale = forms.CharField(label=_("Rationale"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class PlanForm(Form):
    severity_scale = forms.ChoiceField(
        label=_("Severity is recorded as"), choices=SeverityScale.choices, widget=Segmented
    )
    follow_up_days = forms.IntegerField(label=_("Days until the next follow-up"), min_value=1, max_value=365)
    reason = ReasonField()

    def __init__(self, *args: Any, plan: SafetyPlan, **kwargs: Any) -> None:
        known = {"severity_scale": plan.severity_scale, "follow_up_days": plan.follow_up_days}
        super().__init__(*args, initial=known, **kwargs)


class BatchForm(SigningForm):
    """Close several events with one proof; each gets a signature of its own over exactly what its line shows."""

    events = forms.MultipleChoiceField(label=_("Events to close"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, rows: list[AdverseEvent], **kwargs: Any) -> None:
        super().__init__(*args, record=rows[0], **kwargs)
        self.rows = {f"{row.pk}:{digest_of_record(row)}": row for row in rows}
        chosen: Any = self.fields["events"]
        chosen.choices = [(key, _line(row)) for key, row in self.rows.items()]
        # What was shown of each event travels with its tick.
        self.fields["shown"].required = False

    def told(self) -> dict[str, Any]:
        picked = [(self.rows[key], key.partition(":")[2]) for key in self.cleaned_data["events"]]
        proof: Proof = self.proof
        return {
            "events": [row for row, _digest in picked],
            "proofs": {row.pk: replace(proof, shown=digest) for row, digest in picked},
        }


def _line(event: AdverseEvent) -> str:
    words = (
        event.get_max_severity_display(),
        event.get_outcome_display(),
        str(event.causality and event.get_causality_display()),
    )
    dates = " – ".join(filter(None, (event.onset, event.end)))
    return f"{event.subject} {event.code} {event.event_term} · {dates} · {' · '.join(filter(None, words))}"

"""Judging an event, and signing the judgement."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from safety import selectors
from safety.domain.assessments import JUDGEMENTS, SCALES, ActionTaken, SeverityScale
from safety.domain.entries import Judged
from safety.models import AdverseEvent, AEAssessment
from subjects.forms.fields import Segmented, ZonedForm
from trialcrm.core.forms import DateInput, PartialDateField, ReasonField
from trialcrm.users.forms import SigningForm

from . import fields

_JUDGEMENTS = [(item.value, item.label) for item in JUDGEMENTS]


class SeenForm(ZonedForm):
    """How an event stands on one day; begins with how it stood last."""

    assessed_on = forms.DateField(label=_("Seen on"), widget=DateInput())

    def __init__(
        self,
        *args: Any,
        event: AdverseEvent,
        scale: SeverityScale,
        latest: AEAssessment | None,
        today: date,
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.event, self.latest = event, latest
        super().__init__(*args, initial={**_initial(event, latest, today), **(initial or {})}, **kwargs)
        since = fields.serious_since_field()
        since.zone = self.zone
        own: dict[str, forms.Field] = {
            "severity": fields.severity_field(SCALES[scale]),
            "criteria": fields.criteria_field(),
            "admitted": fields.admitted_field(),
            "serious_since": since,
            "outcome": fields.outcome_field(),
            "end": fields.end_field(),
            "action_taken": fields.action_field(required=False),
            "has_treatment": fields.treatment_field(),
            "remark": forms.CharField(label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2})),
        }
        if event.is_serious:
            del own["serious_since"]
        self.fields.update(own)

    def told(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "seen": fields.seen_in(data),
            "end": data.get("end"),
            "serious_since": data.get("serious_since"),
        }


def _initial(event: AdverseEvent, latest: AEAssessment | None, today: date) -> dict[str, Any]:
    found: dict[str, Any] = {"assessed_on": today, "end": event.end}
    if latest:
        found |= {name: getattr(latest, name) for name in ("severity", "admitted", "outcome", "action_taken")}
        found |= {"criteria": [item.value for item in latest.criteria]}
        found["has_treatment"] = "" if latest.has_treatment is None else "yes" if latest.has_treatment else "no"
    return found


class MedicalForm(SeenForm):
    """An investigator's judgement: the same, with causality for each product, and the death where there is one."""

    def __init__(self, *args: Any, products: Sequence[selectors.Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.products = list(products)
        for number, product in enumerate(self.products):
            self.fields[_name(number)] = forms.ChoiceField(
                label=_("%(product)s: is there a reasonable possibility that it caused this?")
                % {"product": product.name},
                choices=_JUDGEMENTS,
                widget=Segmented,
                initial=product.causality,
            )
        self.fields["action_taken"].required = True
        if self.event.subject.state != "died":
            self.fields["died_on"] = PartialDateField(
                label=_("If fatal: died on"),
                max_length=25,
                required=False,
                help_text=_("Records the death of the participant and ends participation."),
            )
        causal = [_name(number) for number in range(len(self.products))]
        self.order_fields(["assessed_on", "severity", *causal, "criteria", "admitted", "serious_since", "action_taken"])

    def told(self) -> dict[str, Any]:
        judged = [
            Judged(product.name, self.cleaned_data[_name(number)], product.order_ref)
            for number, product in enumerate(self.products)
        ]
        return {**super().told(), "judged": judged, "died_on": self.cleaned_data.get("died_on")}


def _name(number: int) -> str:
    return f"causality_{number}" if number else "causality"


class CorrectionForm(SeenForm):
    """Correct what was judged; causality only where it was judged, and by an investigator."""

    reason = ReasonField()

    def __init__(self, *args: Any, products: Sequence[selectors.Product] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["end"]
        self.products = list(products)
        for number, product in enumerate(self.products):
            self.fields[_name(number)] = forms.ChoiceField(
                label=_("Causality: %(product)s") % {"product": product.name},
                choices=_JUDGEMENTS,
                widget=Segmented,
                initial=product.causality,
            )
        if self.latest:
            self.initial.update(assessed_on=self.latest.assessed_on, remark=self.latest.remark)

    def told(self) -> dict[str, Any]:
        told = super().told()
        del told["end"]
        judged = [
            Judged(product.name, self.cleaned_data[_name(number)], product.order_ref)
            for number, product in enumerate(self.products)
        ]
        return {**told, "judged": judged, "reason": self.cleaned_data["reason"]}


class SignForm(SigningForm):
    """Sign a medical assessment; what follows from it is offered in the same step."""

    def __init__(self, *args: Any, event: AdverseEvent, due: date | None, has_order: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        extra: dict[str, forms.Field] = {}
        if due:
            extra["follow_up_due_on"] = forms.DateField(
                label=_("Next follow-up by"), widget=DateInput(), initial=due, required=False
            )
        if event.is_serious:
            extra["sends_report"] = forms.BooleanField(
                label=_("Send the report to the sponsor now"), required=False, initial=True
            )
        acts = {
            ActionTaken.INTERRUPTED: _("Hold the medication order"),
            ActionTaken.WITHDRAWN: _("Discontinue the medication order"),
        }
        if has_order and event.action_taken in acts:
            extra["acts_on_order"] = forms.BooleanField(
                label=acts[ActionTaken(event.action_taken)], required=False, initial=True
            )
        own = list(self.fields)
        self.fields.update(extra)
        self.order_fields([*extra, *own])

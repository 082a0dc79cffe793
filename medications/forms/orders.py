"""Forms of orders."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from medications import selectors
from medications.domain.codes import DoseForm, Frequency, Route
from medications.domain.orders import About, HoldReason, OrderStatus
from medications.models import Prescription
from subjects.forms.fields import Segmented
from subjects.forms.subjects import ALL, FocusFilters
from trialcrm.core import clock
from trialcrm.core.forms import DateInput, Form, ReasonField

PARTS = (
    "product",
    "dose_amount",
    "dose_unit",
    "units_per_dose",
    "dose_form",
    "route",
    "frequency",
    "starts_on",
    "ends_on",
    "instructions",
)


class OrderFilters(FocusFilters):
    """Study, site, status, medicine and text, all in the address."""

    q = forms.CharField(
        label=_("Find"), required=False, widget=forms.SearchInput(attrs={"placeholder": _("Id, name or medicine")})
    )
    status = forms.ChoiceField(label=_("Status"), choices=[*ALL, *OrderStatus.choices], required=False)
    drug = forms.ChoiceField(label=_("Medicine"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(item.pk), item.name) for item in selectors.products_in(self.user, self.focus)]
        cast(forms.ChoiceField, self.fields["drug"]).choices = [*ALL, *offered]

    def rows(self) -> Any:
        """The orders that the filters leave."""
        rows = selectors.order_list(self.user).filter(site__in=self.focus.site_ids)
        if self.value("status"):
            rows = rows.filter(status=self.value("status"))
        if self.value("drug"):
            rows = rows.filter(product=self.value("drug"))
        return selectors.orders_matching(self.user, rows, self.value("q"))


class OrderForm(Form):
    """What is to be taken; hands a `prescription` to the service."""

    product: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Medicine"), queryset=None)
    dose_amount = forms.DecimalField(label=_("Dose"), max_digits=9, decimal_places=3)
    dose_unit = forms.CharField(label=_("Unit of the dose"), max_length=12, initial="mg")
    units_per_dose = forms.DecimalField(
        label=_("Units per dose"),
        max_digits=6,
        decimal_places=2,
        initial=1,
        help_text=_("Tablets, patches or the like that are taken at a time."),
    )
    dose_form = forms.ChoiceField(label=_("Form"), choices=DoseForm.choices)
    route = forms.ChoiceField(label=_("How it is given"), choices=Route.choices)
    frequency = forms.ChoiceField(label=_("How often"), choices=Frequency.choices)
    starts_on = forms.DateField(label=_("From"), widget=DateInput)
    ends_on = forms.DateField(
        label=_("Until"), widget=DateInput, required=False, help_text=_("The last day with a dose. Needed to sign.")
    )
    instructions = forms.CharField(
        label=_("Instructions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In plain words, for the participant, who reads them in the portal. Needed to sign."),
    )

    def __init__(self, *args: Any, user: Any, study: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = cast("forms.ModelChoiceField[Any]", self.fields["product"])
        products.queryset = selectors.products_of(user, study)
        self.initial.setdefault("starts_on", clock.today(zone))

    def told(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        prescription = Prescription(**{name: data.pop(name) for name in PARTS})
        return {**data, "prescription": prescription}


def as_ordered(order: Any) -> dict[str, Any]:
    """What stands in an order, to begin a form with."""
    return {name: getattr(order, name) for name in PARTS}


class RevisionForm(OrderForm):
    reason = ReasonField(label=_("Why it changes"))


class CancelForm(Form):
    reason = ReasonField(label=_("Why the draft is given up"))


class DatedForm(Form):
    """A form with a day, today at the site unless another one is typed."""

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today(zone)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.initial = today
                field.widget.attrs["max"] = today.isoformat()


class HoldForm(DatedForm):
    held_on = forms.DateField(
        label=_("No dose from"), widget=DateInput, help_text=_("The first day on which no dose is to be taken.")
    )
    hold_reason = forms.ChoiceField(label=_("Why"), choices=[("", "—"), *HoldReason.choices])
    reason = forms.CharField(label=_("In words"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ResumeForm(DatedForm):
    resumed_on = forms.DateField(
        label=_("Doses again from"), widget=DateInput, help_text=_("The first day with a dose again.")
    )
    reason = ReasonField(label=_("Why it goes on"))


class DiscontinueForm(DatedForm):
    ended_on = forms.DateField(
        label=_("No dose from"), widget=DateInput, help_text=_("The first day on which no dose is to be taken.")
    )
    reason = ReasonField(label=_("Why it stops"))


class CompleteForm(DatedForm):
    ended_on = forms.DateField(label=_("No dose from"), widget=DateInput, help_text=_("The day after the last dose."))
    reason = forms.CharField(label=_("Remarks"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class FeedbackForm(Form):
    about = forms.ChoiceField(label=_("About"), choices=About.choices, initial=About.ADHERENCE, widget=Segmented)
    text = forms.CharField(
        label=_("Message"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The participant reads it in the portal, under your name."),
    )

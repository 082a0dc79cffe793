"""Forms of the stock: filters, shipments, lots, and what happens to a kit."""

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from medications import selectors
from medications.domain.codes import DoseForm, Route
from medications.domain.permissions import Perm
from medications.domain.stock import Arrival, Condition, KitState
from subjects.forms.fields import Segmented, SiteDateTimeField, ZonedForm
from subjects.forms.subjects import ALL, FocusFilters
from trialcrm.core import clock
from trialcrm.core.forms import DateInput, Form, ReasonField


class KitFilters(FocusFilters):
    q = forms.CharField(
        label=_("Find"), required=False, widget=forms.SearchInput(attrs={"placeholder": _("Kit or lot")})
    )
    state = forms.ChoiceField(label=_("State"), choices=[*ALL, *KitState.choices], required=False)
    lot = forms.ChoiceField(label=_("Lot"), required=False)
    expires = forms.ChoiceField(
        label=_("Expires"),
        choices=[*ALL, *((str(days), _("within %(n)s days") % {"n": days}) for days in selectors.HORIZONS)],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lots = [(str(lot.pk), f"{lot.number} · {lot.product}") for lot in selectors.lots_in(self.user, self.focus)]
        cast(forms.ChoiceField, self.fields["lot"]).choices = [*ALL, *lots]

    def rows(self) -> Any:
        """The kits that the filters leave."""
        rows = selectors.kits_named(self.user, self.value("q")).filter(site__in=self.focus.site_ids)
        if self.value("state"):
            rows = rows.filter(state=self.value("state"))
        if self.value("lot"):
            rows = rows.filter(lot=self.value("lot"))
        if self.value("expires"):
            rows = selectors.in_stock_until(rows, self.focus, int(self.value("expires")))
        return rows


class ProductForm(Form):
    name = forms.CharField(
        label=_("Name on the label"), max_length=120, help_text=_("The same for every arm of a blinded study.")
    )
    strength = forms.CharField(label=_("Strength"), max_length=60, required=False)
    dose_form = forms.ChoiceField(label=_("Form"), choices=DoseForm.choices)
    route = forms.ChoiceField(label=_("How it is given"), choices=Route.choices)
    unit = forms.CharField(
        label=_("Unit that is counted"), max_length=20, help_text=_("For example “tablet” or “patch”.")
    )
    storage_from = forms.DecimalField(label=_("Stored from (°C)"), max_digits=4, decimal_places=1, required=False)
    storage_to = forms.DecimalField(label=_("Stored up to (°C)"), max_digits=4, decimal_places=1, required=False)


class LotForm(Form):
    product: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Product"), queryset=None)
    number = forms.CharField(label=_("Lot"), max_length=40)
    expires_on = forms.DateField(label=_("Expires on"), widget=DateInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = cast("forms.ModelChoiceField[Any]", self.fields["product"])
        products.queryset = selectors.products_to_supply(user, Perm.SHIP_STOCK)


class LotReleaseForm(Form):
    released_on = forms.DateField(label=_("Released on"), widget=DateInput)
    release_reference = forms.CharField(label=_("Release certificate"), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("released_on", clock.now().date())


class LotChoice(forms.ModelChoiceField):
    def label_from_instance(self, lot: Any) -> str:
        return f"{lot.number} · {lot.product} · {lot.study}"


class SiteChoice(forms.ModelChoiceField):
    def label_from_instance(self, site: Any) -> str:
        return f"{site.study} · {site.number} {site.name}"


class ShipmentForm(Form):
    """Kits of one lot for one site: one kit a line, its number and its units."""

    lot = LotChoice(label=_("Lot"), queryset=None)
    site = SiteChoice(label=_("Site"), queryset=None)
    number = forms.CharField(label=_("Shipment"), max_length=40)
    sent_on = forms.DateField(label=_("Sent on"), widget=DateInput)
    units = forms.IntegerField(label=_("Units in each kit"), min_value=1, max_value=10000)
    kits = forms.CharField(
        label=_("Kit numbers"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("One a line, or with spaces or commas between them."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lots = cast("forms.ModelChoiceField[Any]", self.fields["lot"])
        sites = cast("forms.ModelChoiceField[Any]", self.fields["site"])
        lots.queryset = selectors.lots_to_send(user, Perm.SHIP_STOCK)
        sites.queryset = selectors.sites_to_supply(user, Perm.SHIP_STOCK)
        self.initial.setdefault("sent_on", clock.now().date())

    def clean_kits(self) -> list[str]:
        numbers = numbers_in(self.cleaned_data["kits"])
        if any(len(number) > 40 for number in numbers):
            raise ValidationError(_("A kit number has at most 40 characters."))
        return numbers

    def told(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        units = data.pop("units")
        return {**data, "kits": [(number, units) for number in data.pop("kits")]}


def numbers_in(text: str) -> list[str]:
    """Kit numbers that stand in a text, between spaces, commas or lines."""
    return [word for word in re.split(r"[\s,;]+", text) if word]


class ArrivalForm(ZonedForm):
    """How a shipment arrived; hands an `arrival` to the service."""

    received_at = SiteDateTimeField(label=_("Received"))
    kits_received = forms.IntegerField(label=_("Kits counted"), min_value=0)
    missing = forms.CharField(
        label=_("Kits that are missing"), required=False, help_text=_("Their numbers, with spaces between them.")
    )
    condition = forms.ChoiceField(
        label=_("Condition"), choices=Condition.choices, initial=Condition.INTACT, widget=Segmented
    )
    temperature_ok = forms.TypedChoiceField(
        label=_("Temperature log in range"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=Segmented,
        help_text=_("After damage or an excursion all kits are quarantined until the sponsor decides."),
    )
    remarks = forms.CharField(label=_("Remarks"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, shipment: Any, **kwargs: Any) -> None:
        super().__init__(*args, zone=shipment.site.time_zone, **kwargs)
        self.initial.setdefault("received_at", clock.now().replace(second=0, microsecond=0))

    def told(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {"arrival": Arrival(**{**data, "missing": tuple(numbers_in(data["missing"]))})}


class WhyForm(Form):
    reason = ReasonField(label=_("Why"))


class KitReleaseForm(Form):
    document = forms.CharField(
        label=_("Decision of the sponsor"), max_length=120, help_text=_("Its reference, for example a letter’s number.")
    )


class ExpiryForm(Form):
    """Nothing to fill in, only to confirm."""


class DisposalForm(Form):
    to = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=[(KitState.DESTROYED, _("Destroyed")), (KitState.SENT_BACK, _("Sent back"))],
        widget=Segmented,
    )
    document = forms.CharField(label=_("Authorisation of the sponsor"), max_length=120)
    witness = forms.CharField(label=_("Witness"), max_length=60)

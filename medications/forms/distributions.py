"""Forms of kits that are handed out and come back."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from medications import selectors
from medications.domain.distributions import DistributionStatus, Returned
from medications.domain.stock import Condition
from subjects.forms.fields import Segmented, SiteDateTimeField, ZonedForm
from subjects.forms.subjects import ALL, FocusFilters
from trialcrm.core import clock
from trialcrm.core.forms import DateInput, Form, ReasonField

from .orders import DatedForm

_WEEKS = 28


class DistributionFilters(FocusFilters):
    q = forms.CharField(
        label=_("Find"), required=False, widget=forms.SearchInput(attrs={"placeholder": _("Kit, id or name")})
    )
    status = forms.ChoiceField(label=_("Status"), choices=[*ALL, *DistributionStatus.choices], required=False)

    def rows(self) -> Any:
        """The distributions that the filters leave."""
        rows = selectors.distribution_list(self.user).filter(site__in=self.focus.site_ids)
        if self.value("status"):
            rows = rows.filter(status=self.value("status"))
        return selectors.distributions_matching(self.user, rows, self.value("q"))


class PreparationForm(Form):
    """Which kit, for when and how long; without a number it is the one that expires first."""

    planned_on = forms.DateField(label=_("To be dispensed on"), widget=DateInput)
    planned_days = forms.IntegerField(
        label=_("Days of use"), min_value=1, max_value=400, initial=_WEEKS, help_text=_("The kit must keep until then.")
    )
    kit_number = forms.CharField(
        label=_("Kit number"),
        max_length=40,
        required=False,
        help_text=_("Left empty, the kit that expires first is taken."),
    )

    def __init__(self, *args: Any, user: Any, order: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today(order.subject.site.time_zone)
        self.initial.setdefault("planned_on", today)
        self.suggestion = selectors.suggested_kit(user, order, self._last_use(today))

    def _last_use(self, today: date) -> date:
        field = self.fields["planned_on"]
        try:
            begins = field.to_python(self["planned_on"].value()) or today
            return begins + timedelta(days=int(self["planned_days"].value() or _WEEKS))
        except (forms.ValidationError, ValueError, TypeError, OverflowError):
            return today + timedelta(days=_WEEKS)


class DispensingForm(ZonedForm):
    kit_number = forms.CharField(
        label=_("Kit number"),
        max_length=40,
        help_text=_("Read it off the label of the kit in your hand, once more."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    dispensed_at = SiteDateTimeField(label=_("Handed out"))
    units_dispensed = forms.IntegerField(label=_("Units"), min_value=1)
    instructions_given = forms.BooleanField(label=_("Instructions were given with it"))

    def __init__(self, *args: Any, distribution: Any, **kwargs: Any) -> None:
        super().__init__(*args, zone=distribution.subject.site.time_zone, **kwargs)
        self.initial.setdefault("units_dispensed", distribution.kit.units)
        self.initial.setdefault("dispensed_at", clock.now().replace(second=0, microsecond=0))


class PutBackForm(Form):
    reason = ReasonField(label=_("Why it goes back"))


class ReceiptForm(Form):
    units_acknowledged = forms.IntegerField(label=_("Units received"), min_value=0)

    def __init__(self, *args: Any, distribution: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("units_acknowledged", distribution.units_dispensed)


class ReturnForm(DatedForm):
    """The count of what came back; hands a `returned` to the service."""

    returned_on = forms.DateField(label=_("Returned on"), widget=DateInput)
    units_returned = forms.IntegerField(label=_("Units returned"), min_value=0)
    units_lost = forms.IntegerField(label=_("Units lost or wasted"), min_value=0, initial=0)
    empties_returned = forms.BooleanField(label=_("Empty packages came back"), required=False)
    return_condition = forms.ChoiceField(
        label=_("Condition"), choices=Condition.choices, initial=Condition.INTACT, widget=Segmented
    )
    circumstances = forms.CharField(
        label=_("What happened to units lost"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def told(self) -> dict[str, Any]:
        return {"returned": Returned(**self.cleaned_data)}


class LossForm(DatedForm):
    returned_on = forms.DateField(label=_("Reported on"), widget=DateInput)
    units_lost = forms.IntegerField(label=_("Units lost"), min_value=0, help_text=_("The others were taken."))
    circumstances = forms.CharField(label=_("What happened"), widget=forms.Textarea(attrs={"rows": 3}))


class ReconciliationForm(Form):
    discrepancy_reason = forms.CharField(
        label=_("Explanation of the difference"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where the count is not what was expected."),
    )


class VerificationForm(Form):
    """Nothing to fill in, only to confirm."""

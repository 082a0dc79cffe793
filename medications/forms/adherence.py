"""Forms of doses."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from medications.domain.adherence import DoseStatus, MissedReason
from subjects.forms.fields import Segmented, SiteDateTimeField, ZonedForm
from trialcrm.core import clock
from trialcrm.core.forms import ReasonField

NO_SLOT = ""


class DoseForm(ZonedForm):
    """What happened to one dose; hands `slot_at` and the rest to the service."""

    slot_at = forms.ChoiceField(label=_("Dose"), required=False)
    adherence_status = forms.ChoiceField(label=_("What happened"), choices=DoseStatus.choices, widget=Segmented)
    units = forms.DecimalField(
        label=_("Units taken"), max_digits=6, decimal_places=2, required=False, help_text=_("Only if not a whole dose.")
    )
    taken_at = SiteDateTimeField(label=_("Taken at"), required=False)
    missed_reason = forms.ChoiceField(label=_("Why not"), choices=[("", "—"), *MissedReason.choices], required=False)

    def __init__(self, *args: Any, order: Any, doses: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, zone=order.subject.site.time_zone, **kwargs)
        cast(forms.ChoiceField, self.fields["slot_at"]).choices = [
            *((slot.isoformat(), self._words(slot, log)) for slot, log in doses),
            (NO_SLOT, _("Not one that was due")),
        ]

    def _words(self, slot: datetime, log: Any) -> str:
        words = formats.date_format(clock.local(slot, str(self.zone)), "D j M, H:i")
        return f"{words} · {log.get_adherence_status_display()}" if log else words

    def told(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        slot = data["slot_at"]
        return {**data, "slot_at": datetime.fromisoformat(slot) if slot else None}


class ProxyDoseForm(DoseForm):
    proxy_reason = ReasonField(label=_("Why the site enters it"))


class OwnDoseForm(ZonedForm):
    """A dose as the participant taps it."""

    slot_at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    adherence_status = forms.ChoiceField(label=_("What happened"), choices=DoseStatus.choices, widget=Segmented)
    units = forms.DecimalField(
        label=_("How many did you take?"), max_digits=6, decimal_places=2, required=False,
        help_text=_("Only if it was not a whole dose."),
    )  # fmt: skip
    missed_reason = forms.ChoiceField(
        label=_("If you did not take it, why?"), choices=[("", "—"), *MissedReason.choices], required=False
    )

    def __init__(self, *args: Any, order: Any, **kwargs: Any) -> None:
        super().__init__(*args, zone=order.subject.site.time_zone, **kwargs)

    def clean_slot_at(self) -> datetime | None:
        text = self.cleaned_data["slot_at"]
        if not text:
            return None
        try:
            slot = datetime.fromisoformat(text)
        except ValueError as error:
            raise forms.ValidationError(_("This dose is not known.")) from error
        return slot if slot.tzinfo else slot.replace(tzinfo=self.zone)

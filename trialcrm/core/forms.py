"""Forms: parse and validate one submission, then hand it to one service."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .decisions import Refused
from .partial_dates import BadDate, PartialDate, parse_partial_date

REASON_LENGTH = 10


class Form(forms.Form):
    """A form whose refusals appear at the field that caused them."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # Nothing chosen looks the same in every list of choices.
            if isinstance(field, forms.ModelChoiceField) and field.empty_label:
                field.empty_label = "—"

    def told(self) -> dict[str, Any]:
        """What the service is called with; overridden where it takes more than the plain fields."""
        return self.cleaned_data

    def tell(self, service: Callable[..., Any], **known: Any) -> Any:
        """Call the service with what was typed; the result, or None when the form or a rule did not accept it."""
        if not self.is_valid():
            return None
        try:
            return service(**self.told(), **known)
        except Refused as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
            return None


class PartialDateField(forms.CharField):
    """A date of which the month or the day may be unknown: 2014, 2014-03 or 2014-03-05 (ISO 8601)."""

    default_error_messages = {"invalid": _("Write the date as 2014-03-05, or 2014-03 or 2014 if the rest is unknown.")}

    def clean(self, value: Any) -> PartialDate | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_partial_date(text)
        except BadDate as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class ReasonField(forms.CharField):
    """Why something already recorded is being changed (ICH E6(R3) 4.2.2, 21 CFR 11.10(e))."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Reason"))
        options.setdefault("min_length", REASON_LENGTH)
        options.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
        options.setdefault("help_text", _("Kept with the change for good. At least 10 characters."))
        super().__init__(**options)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **options)

"""Fields and bases that the forms of this app share."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from trialcrm.core.forms import DateTimeInput, Form


class ZonedForm(Form):
    """A form whose times are typed and shown in the zone of the site."""

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        self.zone = ZoneInfo(zone)
        with timezone.override(self.zone):
            super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, SiteDateTimeField):
                field.zone = self.zone
                field.help_text = field.help_text or _("Local time at the site (%(zone)s).") % {"zone": zone}


class SiteDateTimeField(forms.DateTimeField):
    """A moment typed as local time at the site; the value is aware."""

    widget = DateTimeInput
    zone: ZoneInfo | None = None

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().to_python(value)


class Segmented(forms.RadioSelect):
    """A few exclusive choices side by side."""

    template_name = "django/forms/widgets/segmented.html"

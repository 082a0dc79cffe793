"""Forms of appointments: filters of the week, booking, moving, ending, and a participant's wish."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from subjects import selectors
from subjects.domain.visits import HOLDING, AppointmentStatus, Side
from trialcrm.core import clock
from trialcrm.core.forms import Form, ReasonField

from .fields import Segmented
from .subjects import ALL, FocusFilters
from .visits import TimeForm

EVERY_STATUS, ASKED = "all", "asked"
#: What the week shows without a choice: what takes or took somebody's time.
SHOWN = HOLDING | {AppointmentStatus.NO_SHOW}


class WeekFilters(FocusFilters):
    provider = forms.ChoiceField(label=_("With"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    week = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ("study", "site", "provider", "status")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(person.pk), person.name) for person in selectors.visit_people(self.focus.site_ids)]
        statuses = [("", _("Booked and kept")), (ASKED, _("Asks for another time")), (EVERY_STATUS, _("Every status"))]
        offered = {"provider": [*ALL, *people], "status": [*statuses, *AppointmentStatus.choices]}
        for name, choices in offered.items():
            cast(forms.ChoiceField, self.fields[name]).choices = choices
        # Who works at one place has nothing to choose there.
        for name, places in (("study", self.focus.studies), ("site", self.focus.sites)):
            if len(places) < 2:
                del self.fields[name]
        self.order_fields(self.field_order)

    def rows(self) -> Any:
        """The appointments that the filters leave, of any week."""
        rows = selectors.appointment_list(self.user).filter(site__in=self.focus.site_ids)
        if self.value("provider"):
            rows = rows.filter(provider=self.value("provider"))
        status = self.value("status")
        if status == ASKED:
            return rows.with_wish()
        if status == EVERY_STATUS:
            return rows
        return rows.filter(status__in=[status] if status else SHOWN)


class AppointmentForm(TimeForm):
    """A time for what is no visit."""

    reason = forms.CharField(
        label=_("What for"),
        max_length=200,
        help_text=_("A few words that the participant reads too, like “Blood test repeated”."),
    )

    def __init__(self, *args: Any, subject: Any, **kwargs: Any) -> None:
        super().__init__(*args, site=subject.site, **kwargs)
        self.initial.setdefault("coordinator", subject.coordinator_id)
        hour = clock.local(clock.now(), subject.site.time_zone).replace(minute=0, second=0, microsecond=0)
        self.initial.setdefault("scheduled_at", hour + timedelta(days=1))


class MovingForm(TimeForm):
    """Another time for an appointment, and why."""

    reason = ReasonField(label=_("Why it moves"))

    def __init__(self, *args: Any, appointment: Any, **kwargs: Any) -> None:
        super().__init__(*args, site=appointment.site, **kwargs)
        now = {
            "scheduled_at": appointment.starts_at,
            "minutes": appointment.minutes,
            "coordinator": appointment.provider_id,
            "location": appointment.location,
        }
        for name, value in now.items():
            self.initial.setdefault(name, value)


class BareForm(Form):
    """Nothing to fill in, only to confirm."""

    def __init__(self, *args: Any, appointment: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class MissingForm(BareForm):
    reason = ReasonField(label=_("What is known of why"))


class CancellingForm(BareForm):
    cancelled_by = forms.ChoiceField(label=_("On whose wish"), choices=Side.choices, widget=Segmented)
    reason = ReasonField()


class DecliningForm(BareForm):
    wish_answer = forms.CharField(
        label=_("Answer"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The participant reads this."),
    )


class WishForm(BareForm):
    """A participant asks for another time."""

    wish = forms.CharField(
        label=_("When could you come?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: “Any day after Tuesday, best in the morning.” Please do not write your name."),
    )

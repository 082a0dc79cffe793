"""Forms of visits: filters of lists, booking and moving, and what happened."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from subjects import selectors
from subjects.domain.visits import (
    OPEN,
    Booking,
    MoveReason,
    UnscheduledReason,
    VisitKind,
    VisitStatus,
    WindowState,
    out_of_window_words,
)
from trialcrm.core import clock
from trialcrm.core.forms import DateInput, Form, ReasonField

from .fields import SiteDateTimeField, ZonedForm
from .subjects import ALL, FocusFilters

EVERY_STATUS = "all"
FIRST_HOUR = time(9)
MINUTES = [15, 30, 45, 60, 90, 120, 180, 240]


def _offer(field: forms.Field, choices: list[Any]) -> None:
    cast(forms.ChoiceField, field).choices = choices


class CalendarFilters(FocusFilters):
    """What the list and the calendar of visits can both be narrowed to."""

    status = forms.ChoiceField(label=_("Status"), choices=[*ALL, *VisitStatus.choices], required=False)
    window = forms.ChoiceField(label=_("Window"), choices=[*ALL, *WindowState.choices], required=False)
    coordinator = forms.ChoiceField(label=_("Coordinator"), required=False)

    field_order = ("q", "study", "site", "status", "window", "coordinator", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = selectors.visit_people(self.focus.site_ids)
        _offer(self.fields["coordinator"], [*ALL, *((str(person.pk), person.name) for person in people)])
        # Who works at one place has nothing to choose there.
        for name, places in (("study", self.focus.studies), ("site", self.focus.sites)):
            if len(places) < 2:
                del self.fields[name]
        self.order_fields(self.field_order)

    def rows(self) -> Any:
        """The visits that the filters leave."""
        rows = selectors.visit_list(self.user).filter(site__in=self.focus.site_ids)
        if self.value("window"):
            rows = selectors.in_window_state(rows, self.focus, self.value("window"))
        if self.value("coordinator"):
            rows = rows.filter(coordinator=self.value("coordinator"))
        return self.by_status(rows)

    def by_status(self, rows: Any) -> Any:
        return rows.filter(status=self.value("status")) if self.value("status") else rows


class VisitFilters(CalendarFilters):
    """Without a status or a window the list shows what is still to do."""

    q = forms.CharField(
        label=_("Find"), required=False, widget=forms.SearchInput(attrs={"placeholder": _("Id or name")})
    )
    since = forms.DateField(label=_("From"), required=False, widget=DateInput)
    until = forms.DateField(label=_("Until"), required=False, widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to_do = [("", _("Still to do")), (EVERY_STATUS, _("Every status"))]
        _offer(self.fields["status"], [*to_do, *VisitStatus.choices])

    def rows(self) -> Any:
        rows = selectors.visits_matching(self.user, super().rows(), self.value("q"))
        if self.value("since"):
            rows = rows.filter(due_on__gte=self.value("since"))
        if self.value("until"):
            rows = rows.filter(due_on__lte=self.value("until"))
        return rows

    def by_status(self, rows: Any) -> Any:
        status = self.value("status")
        if status == EVERY_STATUS or (not status and self.value("window")):
            return rows
        return rows.filter(status=status) if status else rows.filter(status__in=OPEN)


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person: Any) -> str:
        return person.name


class TimeForm(ZonedForm):
    """When, for how long, with whom and where."""

    scheduled_at = SiteDateTimeField(label=_("Date and time"))
    minutes = forms.TypedChoiceField(
        label=_("Length"), coerce=int, initial=30, choices=[(n, _("%(n)d minutes") % {"n": n}) for n in MINUTES]
    )
    coordinator = PersonField(label=_("With"), queryset=None)
    location = forms.CharField(label=_("Place"), max_length=120, required=False)

    def __init__(self, *args: Any, site: Any, **kwargs: Any) -> None:
        super().__init__(*args, zone=site.time_zone, **kwargs)
        people = cast("forms.ModelChoiceField[Any]", self.fields["coordinator"])
        people.queryset = selectors.visit_people([site.pk], clock.today(site.time_zone))

    def clean(self) -> dict[str, Any]:
        """What the service takes: a booking, and what is not part of it."""
        typed = dict(super().clean() or {})
        needed = ("scheduled_at", "coordinator", "minutes")
        if any(name not in typed for name in needed):
            return typed
        parts = {name: typed.pop(name) for name in (*needed, "location")}
        return {**typed, "booking": Booking(**parts)}


class BookingForm(TimeForm):
    """A time for a visit. Outside of the window it asks why."""

    out_of_window_reason = ReasonField(label=_("Why outside of the window"), required=False)

    def __init__(self, *args: Any, visit: Any, **kwargs: Any) -> None:
        self.visit = visit
        super().__init__(*args, site=visit.site, **kwargs)
        self.suggestion: date | None = selectors.suggested_for(visit)
        for name, value in self.first_values().items():
            self.initial.setdefault(name, value)

    def first_values(self) -> dict[str, Any]:
        """What stands in a form that nobody has filled in yet: the suggested day, and who looks after the visit."""
        first = {"coordinator": self.visit.coordinator_id, "location": self.visit.location}
        if self.suggestion:
            next_hour = clock.local(clock.now(), self.visit.site.time_zone).replace(minute=0, second=0, microsecond=0)
            opening = datetime.combine(self.suggestion, FIRST_HOUR, self.zone)
            first["scheduled_at"] = max(opening, next_hour + timedelta(hours=1))
        return first

    @property
    def bar(self) -> Any:
        """The window of the visit and where it is booked now."""
        return selectors.bar_of(self.visit, clock.today(self.visit.site.time_zone))

    @property
    def on(self) -> date | None:
        """The local day that stands in the form now, also before it is accepted."""
        field = self.fields["scheduled_at"]
        try:
            value = field.to_python(self["scheduled_at"].value())
        except ValidationError:
            return None
        return value.astimezone(self.zone).date() if value else None

    @property
    def outside(self) -> str:
        """The warning in words when that day lies outside of the window."""
        return out_of_window_words(self.visit.window, self.on) if self.on and self.visit.window else ""


class ReschedulingForm(BookingForm):
    """Another time for a visit that is booked, and why it moves."""

    move_reason = forms.ChoiceField(label=_("Why it moves"), choices=[("", "—"), *MoveReason.choices])
    reason = forms.CharField(
        label=_("In words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the change for good. Needed where the list does not say it."),
    )

    def first_values(self) -> dict[str, Any]:
        return {**super().first_values(), "scheduled_at": self.visit.scheduled_at}

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        words, code = typed.get("reason", ""), typed.get("move_reason")
        if code and code != MoveReason.OTHER:
            label = str(MoveReason(code).label)
            typed["reason"] = f"{label}: {words}" if words else label
        return typed


class Segmented(forms.RadioSelect):
    template_name = "django/forms/widgets/segmented.html"


class KindField(forms.ChoiceField):
    """Where a visit takes place, as buttons side by side."""

    widget = Segmented

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("How"), choices=VisitKind.choices, initial=VisitKind.CLINIC, **options)


class StartForm(Form):
    """The participant is here: nothing to fill in, only to confirm."""

    def __init__(self, *args: Any, visit: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class CompletionForm(Form):
    started_on = forms.DateField(label=_("Took place on"), widget=DateInput)
    kind = KindField()
    ended_on = forms.DateField(
        label=_("Until"), required=False, widget=DateInput, help_text=_("Only where it took more than one day.")
    )
    reason = ReasonField(help_text=_("It was recorded as missed. Kept with the change for good."))

    def __init__(self, *args: Any, visit: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if visit.status != VisitStatus.MISSED:
            del self.fields["reason"]
        today = clock.today(visit.site.time_zone)
        self.fields["started_on"].widget.attrs["max"] = today.isoformat()
        self.initial.setdefault("started_on", min(visit.due_on, today))
        self.initial.setdefault("kind", visit.kind)


class NotDoneForm(Form):
    """A visit that did not or will not take place."""

    reason = ReasonField()

    def __init__(self, *args: Any, visit: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class UnscheduledForm(Form):
    started_on = forms.DateField(label=_("Took place on"), widget=DateInput)
    unscheduled_reason = forms.ChoiceField(label=_("Why"), choices=[("", "—"), *UnscheduledReason.choices])
    visit_type = forms.CharField(
        label=_("What for"), max_length=80, help_text=_("A few words that the list shows, like “Unscheduled · rash”.")
    )
    kind = KindField()

    def __init__(self, *args: Any, subject: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today(subject.site.time_zone)
        self.fields["started_on"].widget.attrs["max"] = today.isoformat()
        self.initial.setdefault("started_on", today)
        self.initial.setdefault("visit_type", _("Unscheduled"))

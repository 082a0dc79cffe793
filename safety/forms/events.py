"""Entering an event, correcting it, and the filters of the list."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from safety import selectors
from safety.domain.assessments import BANDS, RELATEDNESS, SCALES, Causality, SeverityScale
from safety.domain.entries import Told
from safety.domain.events import CHOOSABLE, EventStatus, LearnedFrom
from safety.models import AdverseEvent
from subjects.forms.fields import SiteDateTimeField, ZonedForm
from subjects.forms.subjects import ALL, FocusFilters
from trialcrm.core import clock
from trialcrm.core.forms import ReasonField

from . import fields

#: Fields that a serious event has besides; shown as soon as a criterion is ticked.
SERIOUS_FIELDS = ("admitted", "serious_since")


class ToldForm(ZonedForm):
    """What happened, when, and how the site came to know."""

    event_term = forms.CharField(
        label=_("What happened?"),
        max_length=200,
        help_text=_("A diagnosis or symptom in the reporter's words. No names."),
    )
    onset = fields.onset_field()
    end = fields.end_field()
    learned_from = forms.ChoiceField(
        label=_("How did the site learn of it?"), choices=[(item.value, item.label) for item in CHOOSABLE]
    )
    aware_at = SiteDateTimeField(label=_("When did the site learn of it?"))
    narrative = forms.CharField(
        label=_("Course"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The sponsor and monitors read this. Write the participant id, never a name."),
    )

    def told_event(self) -> Told:
        data = self.cleaned_data
        return Told(
            event_term=data["event_term"],
            onset=data["onset"],
            aware_at=data["aware_at"],
            learned_from=data["learned_from"],
            narrative=data["narrative"],
            end=data.get("end"),
            end_unknown_reason=data.get("end_unknown_reason", ""),
        )


class EntryForm(ToldForm):
    """A whole event: what was told and how it is judged by the site. Severity and seriousness are asked apart."""

    def __init__(self, *args: Any, scale: SeverityScale, event: AdverseEvent | None = None, **kwargs: Any) -> None:
        self.event = event
        super().__init__(*args, initial=_initial(event), **kwargs)
        if event:
            _offer_source(self.fields["learned_from"], event)
        own = {
            "severity": fields.severity_field(SCALES[scale]),
            "criteria": fields.criteria_field(),
            "outcome": fields.outcome_field(),
            "action_taken": fields.action_field(required=False),
            "has_treatment": fields.treatment_field(),
        }
        self.fields.update(own)
        if self.is_serious:
            self._add_serious_part()
        order = ["event_term", "onset", "learned_from", "aware_at", "severity", "criteria", *SERIOUS_FIELDS]
        self.order_fields([*order, "outcome", "end", "action_taken", "has_treatment", "narrative"])

    @property
    def is_serious(self) -> bool:
        """Whether a criterion is ticked, as the form stands."""
        data: Any = self.data
        return bool(data.getlist("criteria")) if self.is_bound else False

    def _add_serious_part(self) -> None:
        self.fields["admitted"] = fields.admitted_field()
        since = fields.serious_since_field()
        since.zone = self.zone
        self.fields["serious_since"] = since

    def told(self) -> dict[str, Any]:
        return {
            "told": self.told_event(),
            "seen": fields.seen_in(self.cleaned_data),
            "serious_since": self.cleaned_data.get("serious_since"),
        }

    @property
    def head(self) -> list[Any]:
        """The fields before the question whether it is serious."""
        return [self[name] for name in ("event_term", "onset", "learned_from", "aware_at", "severity")]

    @property
    def serious_part(self) -> list[Any]:
        return [self[name] for name in SERIOUS_FIELDS if name in self.fields]

    @property
    def tail(self) -> list[Any]:
        """The fields after it."""
        return [self[name] for name in ("outcome", "end", "action_taken", "has_treatment", "narrative")]


def _initial(event: AdverseEvent | None) -> dict[str, Any]:
    if event is None:
        return {"aware_at": clock.now(), "learned_from": LearnedFrom.VISIT}
    names = ("event_term", "onset", "end", "learned_from", "aware_at", "narrative", "end_unknown_reason")
    return {name: getattr(event, name) for name in names}


def _offer_source(field: Any, event: AdverseEvent) -> None:
    """How a draft came in stays on offer, although nobody chooses it for a new event."""
    known = LearnedFrom(event.learned_from)
    if known not in CHOOSABLE:
        field.choices = [(known.value, known.label), *field.choices]


class ChangeForm(ToldForm):
    end_unknown_reason = forms.CharField(label=_("If ended on an unknown day, why"), required=False)
    reason = ReasonField()

    def __init__(self, *args: Any, event: AdverseEvent, **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial(event), **kwargs)
        _offer_source(self.fields["learned_from"], event)
        self.order_fields(["event_term", "onset", "end", "end_unknown_reason"])

    def told(self) -> dict[str, Any]:
        return {"told": self.told_event(), "reason": self.cleaned_data["reason"]}


class ReportForm(ToldForm):
    """What somebody heard who does not judge events."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"aware_at": clock.now()}, **kwargs)
        del self.fields["end"], self.fields["learned_from"]

    def told_event(self) -> Told:
        self.cleaned_data["learned_from"] = LearnedFrom.PHARMACY
        return super().told_event()

    def told(self) -> dict[str, Any]:
        return {"told": self.told_event()}


_BANDS = [(band.value, band.label) for band in BANDS]
_STATUSES = [("unfinished", _("Not finished")), *EventStatus.choices]


class EventFilters(FocusFilters):
    q = forms.CharField(
        label=_("Find"), required=False, widget=forms.SearchInput(attrs={"placeholder": _("Event, id or name")})
    )
    status = forms.ChoiceField(label=_("Status"), choices=[*ALL, *_STATUSES], required=False)
    severity = forms.ChoiceField(label=_("Severity"), choices=[*ALL, *_BANDS], required=False)
    serious = forms.ChoiceField(
        label=_("Serious"), choices=[*ALL, ("yes", _("Serious")), ("no", _("Not serious"))], required=False
    )
    causality = forms.ChoiceField(
        choices=[*ALL, ("none", "none"), *((item.value, item.label) for item in RELATEDNESS)],
        required=False,
        widget=forms.HiddenInput,
    )

    def rows(self) -> QuerySet[AdverseEvent]:
        """The events that the filters leave."""
        rows = selectors.event_list(self.user).filter(site__in=self.focus.site_ids)
        status, serious = self.value("status"), self.value("serious")
        if status == "unfinished":
            rows = rows.unfinished()  # type: ignore[attr-defined]
        elif status:
            rows = rows.filter(status=status)
        if self.value("severity"):
            rows = selectors.with_severity(rows, self.value("severity"))
        if serious:
            rows = rows.filter(is_serious=serious == "yes")
        rows = self._by_causality(rows)
        return selectors.events_matching(self.user, rows, self.value("q"))

    def _by_causality(self, rows: QuerySet[AdverseEvent]) -> QuerySet[AdverseEvent]:
        wanted = self.value("causality")
        if not wanted:
            return rows
        return rows.filter(causality__in=[""] if wanted == "none" else RELATEDNESS[Causality(wanted)])

"""The queue's filters, the answers to criteria with the result of an attempt, and acts on a decided one."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from subjects import selectors
from subjects.domain.screening import Answer, Answered, FailReason, Given, is_met, unanswered, unmet
from subjects.models import Screening
from trialcrm.core.forms import DateInput, Form, ReasonField

from .fields import Segmented
from .subjects import ALL, FocusFilters

#: Reasons that a person gives; the rest is known of imported attempts only.
FAIL_REASONS = [(reason.value, reason.label) for reason in FailReason if reason != FailReason.NOT_RECORDED]
#: On the buttons beside a criterion.
SHORT = {Answer.NOT_APPLICABLE: _("N/A")}
CHIPS = (
    ("", _("In screening")),
    ("pending", _("Pending")),
    ("rescreen", _("Rescreen")),
    ("passed", _("Passed")),
    ("failed", _("Failed")),
    ("all", _("All")),
)


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that lives in the address, with the number it would leave."""

    label: Any
    count: int
    url: str
    current: bool


class QueueFilters(FocusFilters):
    q = forms.CharField(label=_("Find"), required=False, widget=forms.SearchInput())
    coordinator = forms.ChoiceField(label=_("Coordinator"), required=False)
    status = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coordinator: Any = self.fields["coordinator"]
        people = selectors.coordinators(self.user)
        coordinator.choices = [*ALL, *((str(person.pk), person.name) for person in people)]
        self.fields["q"].widget.attrs["placeholder"] = _("Id or name")

    @property
    def part(self) -> str:
        """Which chip is chosen."""
        status = self.value("status")
        return status if status in selectors.QUEUE_PARTS else ""

    def all_rows(self) -> QuerySet[Screening]:
        """The attempts that every filter but the chips leaves."""
        rows = selectors.screening_queue(self.user).filter(site__in=self.focus.site_ids)
        if self.value("coordinator"):
            rows = rows.filter(subject__coordinator=self.value("coordinator"))
        return selectors.queue_matching(self.user, rows, self.value("q"))

    def rows(self) -> QuerySet[Screening]:
        return self.all_rows().filter(selectors.QUEUE_PARTS[self.part])

    def chips(self, query: QueryDict) -> list[Chip]:
        """The chips with their counts; choosing one keeps the other filters and begins at the first page."""
        counts = selectors.queue_counts(self.all_rows())
        return [Chip(label, counts[part], _with(query, part), part == self.part) for part, label in CHIPS]


def _with(query: QueryDict, part: str) -> str:
    changed = query.copy()
    changed.pop("page", None)
    changed["status"] = part
    if not part:
        changed.pop("status")
    return f"{reverse('subjects:screening')}?{changed.urlencode()}"


class AttemptForm(Form):
    """The answers to the criteria of one open attempt, and its result.

    `act` says which button was pressed: save, passed or failed. Fields of one criterion carry its id.
    """

    notes = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    reason = ReasonField(required=False, label=_("Why an answer already given changes"))
    decided_on = forms.DateField(label=_("Date of the result"), widget=DateInput())
    fail_reason = forms.ChoiceField(label=_("If failed, why"), choices=[("", "—"), *FAIL_REASONS])

    def __init__(self, *args: Any, attempt: selectors.Attempt, **kwargs: Any) -> None:
        self.attempt = attempt
        given = {"notes": attempt.screening.notes, "decided_on": attempt.today}
        super().__init__(*args, initial=given, **kwargs)
        if self.is_bound:
            self.fields["decided_on"].required = self.act != "save"
            self.fields["fail_reason"].required = self.act == "failed"
        for line in attempt.lines:
            self._add(line)
        # The result stands beside the criteria, outside of the form's own element.
        for field in self.fields.values():
            field.widget.attrs["form"] = "answers"

    def _add(self, line: selectors.Line) -> None:
        criterion = line.criterion
        allowed = [one for one in Answer if one != Answer.NOT_APPLICABLE or criterion.allows_not_applicable]
        choices = [(one.value, SHORT.get(one, one.label)) for one in allowed]
        self.fields[f"answer_{criterion.pk}"] = forms.ChoiceField(
            label=criterion.code, choices=choices, required=False, widget=Segmented, initial=line.answer
        )
        self.fields[f"evidence_{criterion.pk}"] = forms.CharField(
            label=_("Evidence for %(code)s") % {"code": criterion.code},
            required=False,
            max_length=200,
            initial=line.evidence,
            widget=forms.TextInput(attrs={"placeholder": _("Evidence")}),
        )

    @property
    def act(self) -> str:
        chosen = self.data.get("act", "save")
        return chosen if chosen in ("passed", "failed") else "save"

    def told(self) -> dict[str, Any]:
        wanted = {"save": (), "passed": ("decided_on",), "failed": ("decided_on", "fail_reason")}[self.act]
        plain = {name: self.cleaned_data[name] for name in ("notes", "reason", *wanted)}
        return {**plain, "answers": self._answers()}

    def _answers(self) -> dict[uuid.UUID, Given]:
        data = self.cleaned_data
        ids = [line.criterion.pk for line in self.attempt.lines]
        return {pk: Given(data[f"answer_{pk}"], data[f"evidence_{pk}"]) for pk in ids}

    @property
    def rows(self) -> list[tuple[str, list["CriterionRow"]]]:
        """The criteria under their headings, each with its fields."""
        return [(kind, [CriterionRow(self, line) for line in lines]) for kind, lines in self.attempt.kinds]

    @property
    def marks(self) -> "Marks":
        """How the answers stand as typed, saved or not."""
        rows = [row for _kind, rows in self.rows for row in rows]
        typed = [Answered(row.criterion.code, row.criterion.kind, row.typed) for row in rows]
        return Marks(
            total=len(typed),
            unanswered=unanswered(typed),
            unmet=unmet(typed),
            asks_reason=any(row.corrects for row in rows) or "reason" in self.errors,
        )


@dataclass(frozen=True, slots=True)
class Marks:
    """What is still open and what keeps the person out, in codes."""

    total: int
    unanswered: list[str]
    unmet: list[str]
    asks_reason: bool

    @property
    def answered(self) -> int:
        return self.total - len(self.unanswered)


class CriterionRow:
    """One criterion on the page: its wording, its fields, and how it stands as typed."""

    def __init__(self, form: AttemptForm, line: selectors.Line) -> None:
        self.criterion, self.line = line.criterion, line
        self.answer, self.evidence = form[f"answer_{line.criterion.pk}"], form[f"evidence_{line.criterion.pk}"]

    @property
    def typed(self) -> str:
        value = self.answer.value()
        return value if value in Answer.values else ""

    @property
    def met(self) -> bool | None:
        return is_met(self.criterion.kind, self.typed)

    @property
    def corrects(self) -> bool:
        """Whether what was recorded before would change."""
        evidence = (self.evidence.value() or "").strip()
        changed = bool(self.line.answer) and self.line.answer != self.typed
        return changed or (bool(self.line.evidence) and self.line.evidence != evidence)


class RevokeForm(Form):
    """New information after a pass."""

    decided_on = forms.DateField(label=_("Date"), widget=DateInput())
    fail_reason = forms.ChoiceField(label=_("Why the attempt failed after all"), choices=FAIL_REASONS)
    reason = ReasonField(label=_("What became known"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"decided_on": today}, **kwargs)


class RescreenForm(Form):
    screening_date = forms.DateField(label=_("Screening begins"), widget=DateInput())
    reason = ReasonField(label=_("Why another attempt"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"screening_date": today}, **kwargs)

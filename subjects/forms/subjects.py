"""Filters of the subject list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from subjects import selectors
from subjects.domain.participation import SubjectState
from subjects.domain.screening import ScreeningStatus

ALL = [("", _("All"))]


class FocusFilters(forms.Form):
    """Study and site, among those that the person may see; a list's own filters follow."""

    def __init__(self, *args: Any, user: Any, focus: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.focus = user, focus
        studies = [(str(item.pk), item.protocol_id) for item in focus.studies]
        sites = [(str(item.pk), f"{item.study.protocol_id} · {item.number} {item.name}") for item in focus.sites]
        chosen = {"study": studies, "site": sites}
        own = list(self.fields)
        for name, label in (("study", _("Study")), ("site", _("Site"))):
            self.fields[name] = forms.ChoiceField(label=label, choices=[*ALL, *chosen[name]], required=False)
        self.order_fields([*own[:1], "study", "site", *own[1:]])

    def value(self, name: str) -> Any:
        """What was chosen; nothing when the choice makes no sense."""
        self.is_valid()
        return self.cleaned_data.get(name) or ""


class SubjectFilters(FocusFilters):
    q = forms.CharField(
        label=_("Find"), required=False, widget=forms.SearchInput(attrs={"placeholder": _("Id or name")})
    )
    status = forms.ChoiceField(label=_("Screening"), choices=[*ALL, *ScreeningStatus.choices], required=False)
    state = forms.ChoiceField(label=_("State"), choices=[*ALL, *SubjectState.choices], required=False)
    coordinator = forms.ChoiceField(label=_("Coordinator"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = selectors.coordinators(self.user)
        people_field: Any = self.fields["coordinator"]
        people_field.choices = [*ALL, *((str(person.pk), person.name) for person in people)]

    def rows(self) -> Any:
        """The subjects that the filters leave."""
        rows = selectors.subject_list(self.user).filter(site__in=self.focus.site_ids)
        if self.value("status"):
            rows = selectors.with_screening_status(self.user, rows, self.value("status"))
        if self.value("state"):
            rows = rows.filter(state=self.value("state"))
        if self.value("coordinator"):
            rows = rows.filter(coordinator=self.value("coordinator"))
        return selectors.matching(self.user, rows, self.value("q"))

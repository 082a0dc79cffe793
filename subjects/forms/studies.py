"""Forms of studies and sites: titles, status, who is the investigator of a site."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from subjects import selectors
from subjects.domain.studies import STUDY_LIFECYCLE, StudyStatus
from subjects.models import Site, Study
from trialcrm.core.forms import Form, ReasonField
from trialcrm.users.forms import zones

from .registration import ChangeForm


class StudyForm(ChangeForm):
    title = forms.CharField(label=_("Title"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    short_title = forms.CharField(label=_("Short title"), max_length=80, required=False)

    field_order = ("title", "short_title", "reason")

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        known = {"title": study.title, "short_title": study.short_title}
        super().__init__(*args, initial=known, **kwargs)


class StudyMoveForm(Form):
    to = forms.ChoiceField(label=_("New status"), choices=StudyStatus.choices)
    reason = ReasonField()

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        after = STUDY_LIFECYCLE.moves[study.status]
        choices = [(status.value, status.label) for status in StudyStatus if status in after]
        cast(forms.ChoiceField, self.fields["to"]).choices = [("", "—"), *choices]


class SiteForm(ChangeForm):
    principal_investigator: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Investigator"),
        queryset=None,
        help_text=_("Those who have the investigator’s role here. Roles stay as they are."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))

    field_order = ("principal_investigator", "time_zone", "reason")

    def __init__(self, *args: Any, user: Any, site: Site, **kwargs: Any) -> None:
        known = {"principal_investigator": site.principal_investigator_id, "time_zone": site.time_zone}
        super().__init__(*args, initial=known, **kwargs)
        person, zone = cast(Any, self.fields["principal_investigator"]), cast(Any, self.fields["time_zone"])
        person.queryset = selectors.investigators_at(user, site)
        person.required = site.principal_investigator_id is not None
        zone.choices = [(site.time_zone, site.time_zone)]
        if selectors.has_records(site):
            zone.help_text = _("It stays, because times were recorded here.")
        else:
            zone.choices = dict([*zone.choices, *zones()]).items()

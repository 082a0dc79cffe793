"""One form for each move of a subject through the study."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from subjects.domain.participation import LEAVING, STOPPING, EndReason, SubjectState, WithdrawalExtent
from subjects.models import Subject
from trialcrm.core.forms import DateInput, PartialDateField, ReasonField

from .fields import Segmented, SiteDateTimeField, ZonedForm

#: Withdrawing is a right; a reason may not be forced (ICH E6(R3) 2.9).
NO_REASON = "no-reason"
NO_REASON_TERM = "NO REASON GIVEN"


def _reasons(among: frozenset[EndReason]) -> list[tuple[str, Any]]:
    return [(reason.value, reason.label) for reason in EndReason if reason in among]


class MoveForm(ZonedForm):
    """What every move knows: whose it is, and today at the site."""

    def __init__(self, *args: Any, subject: Subject, today: date, **kwargs: Any) -> None:
        self.subject = subject
        super().__init__(*args, zone=subject.site.time_zone, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.initial = today


class EnrolForm(MoveForm):
    enrolled_on = forms.DateField(label=_("Enrolled on"), widget=DateInput())


class RandomiseForm(MoveForm):
    randomisation_number = forms.CharField(label=_("Randomisation number"), max_length=20)
    randomised_at = SiteDateTimeField(label=_("Randomised"))


class FirstDoseForm(MoveForm):
    first_dose_on = forms.DateField(label=_("First dose on"), widget=DateInput())


class StopTreatmentForm(MoveForm):
    last_dose_on = forms.DateField(label=_("Last dose on"), widget=DateInput())
    end_reason = forms.ChoiceField(label=_("Why treatment stops"), choices=[("", "—"), *_reasons(STOPPING)])
    term = forms.CharField(label=_("In the words of the source"), max_length=200, required=False)


class FollowUpForm(MoveForm):
    last_dose_on = forms.DateField(label=_("Last dose on"), widget=DateInput())
    reason = ReasonField(label=_("How the participant was found again"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject.state != SubjectState.LOST_TO_FOLLOW_UP:
            del self.fields["reason"]
        if self.subject.state != SubjectState.ON_TREATMENT:
            del self.fields["last_dose_on"]


class CompleteForm(MoveForm):
    ended_on = forms.DateField(label=_("Completed on"), widget=DateInput())


class WithdrawForm(MoveForm):
    ended_on = forms.DateField(label=_("Participation ended on"), widget=DateInput())
    end_reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", "—"), (NO_REASON, _("Withdrawal by participant, no reason given")), *_reasons(LEAVING)],
    )
    extent = forms.ChoiceField(label=_("What ends"), choices=WithdrawalExtent.choices, widget=Segmented)
    term = forms.CharField(label=_("In the words of the source"), max_length=200, required=False)

    def told(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data["end_reason"] != NO_REASON:
            return data
        return {**data, "end_reason": EndReason.WITHDRAWAL_BY_SUBJECT, "term": data["term"] or NO_REASON_TERM}


class LostForm(MoveForm):
    ended_on = forms.DateField(label=_("Last contact on"), widget=DateInput())
    reason = ReasonField(
        label=_("Attempts to reach the participant"),
        help_text=_("At least three, by at least two means, one of them in writing: when and how."),
    )


class DeathForm(MoveForm):
    died_on = PartialDateField(label=_("Died on"), help_text=_("As far as it is known: 2014, 2014-03 or 2014-03-05."))
    reason = forms.CharField(
        label=_("How the site learned of it"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

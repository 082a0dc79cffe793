"""Forms of roles, invitations, requests and the delegation log."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from subjects.domain.team import PHYSICIANS_ONLY, Task, tasks_of
from subjects.models import DelegationEntry, Membership, Subject
from trialcrm.access.roles import SPONSOR_ROLES, Role
from trialcrm.core.forms import DateInput, Form, ReasonField
from trialcrm.users.domain.invitations import IdentityMethod

SITE_CHOICES = (Role.CRC, Role.PI, Role.SUBI, Role.PHARM, Role.UPHARM)
STUDY_CHOICES = (*(role for role in Role if role in SPONSOR_ROLES), Role.INSP)
_METHODS = [("", "—"), *IdentityMethod.choices]


def _roles(among: Any) -> list[tuple[str, Any]]:
    return [("", "—"), *((role.value, role.label) for role in among)]


class LastingForm(Form):
    """From and until."""

    starts_on = forms.DateField(label=_("From"), widget=DateInput())
    ends_on = forms.DateField(
        label=_("Until"), widget=DateInput(), required=False, help_text=_("The last day; empty while no end is known.")
    )

    def __init__(self, *args: Any, today: date, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["starts_on"].initial = self.fields["starts_on"].initial or today


class IdentityFields(Form):
    """How it was checked who somebody is, where that has happened already."""

    identity_method = forms.ChoiceField(
        label=_("How you checked who this is"),
        choices=_METHODS,
        required=False,
        help_text=_("A role begins only when this was checked. You can also say it later."),
    )
    identity_checked_on = forms.DateField(label=_("Checked on"), widget=DateInput(), required=False)


class InviteForm(LastingForm, IdentityFields):
    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"))

    field_order = ("name", "email", "role", "starts_on", "ends_on", "identity_method", "identity_checked_on")

    def __init__(self, *args: Any, roles: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["role"].choices = _roles(roles)  # type: ignore[attr-defined]


class InviteParticipantForm(LastingForm, IdentityFields):
    subject = forms.ModelChoiceField(label=_("Participant"), queryset=Subject.objects.none())
    name = forms.CharField(
        label=_("Name of who signs in"), max_length=150, help_text=_("The participant, or who acts for them.")
    )
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("The mail says nothing of the study. It goes to this address only.")
    )

    field_order = ("subject", "name", "email", "starts_on", "ends_on", "identity_method", "identity_checked_on")

    def __init__(self, *args: Any, subjects: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["subject"].queryset = subjects  # type: ignore[attr-defined]


class GiveRoleForm(LastingForm):
    user: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Person"), queryset=None)
    role = forms.ChoiceField(label=_("Role"))
    reason = ReasonField()

    field_order = ("user", "role", "starts_on", "ends_on", "reason")

    def __init__(self, *args: Any, people: Any, roles: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
        self.fields["role"].choices = _roles(roles)  # type: ignore[attr-defined]


class ChangeRoleForm(LastingForm):
    reason = ReasonField()

    def __init__(self, *args: Any, membership: Membership, **given: Any) -> None:
        initial = {"starts_on": membership.starts_on, "ends_on": membership.ends_on}
        super().__init__(*args, initial=initial, **given)


class EndRoleForm(Form):
    ends_on = forms.DateField(
        label=_("Last day"),
        widget=DateInput(),
        help_text=_("Access ends after this day. With a day that is over it ends at once."),
    )
    reason = ReasonField()


class EntryForm(LastingForm):
    title = forms.CharField(label=_("Role title"), max_length=80, required=False, help_text=_("Like study nurse."))
    tasks = forms.MultipleChoiceField(label=_("Tasks"), widget=forms.CheckboxSelectMultiple)
    gcp_trained_on = forms.DateField(
        label=_("Trained in good clinical practice on"), widget=DateInput(), required=False
    )
    training = forms.CharField(
        label=_("Training evidence"),
        max_length=300,
        help_text=_("Where the certificate and the training on this version of the protocol are filed."),
    )

    field_order = ("title", "tasks", "starts_on", "ends_on", "gcp_trained_on", "training", "reason")

    def __init__(self, *args: Any, membership: Membership, **given: Any) -> None:
        super().__init__(*args, **given)
        tasks = [(task.value, _named(task)) for task in tasks_of(membership.role)]
        self.fields["tasks"].choices = tasks  # type: ignore[attr-defined]


def _named(task: Task) -> str:
    words = f"{task.value} {task.label}"
    return f"{words} ({_('physicians only')})" if task in PHYSICIANS_ONLY else words


class ChangeEntryForm(EntryForm):
    reason = ReasonField()

    def __init__(self, *args: Any, entry: DelegationEntry, **given: Any) -> None:
        names = ("title", "tasks", "starts_on", "ends_on", "gcp_trained_on", "training")
        initial = {name: getattr(entry, name) for name in names}
        super().__init__(*args, membership=entry.membership, initial=initial, **given)


class ReasonForm(Form):
    reason = ReasonField()


class IdentityForm(Form):
    method = forms.ChoiceField(label=_("How you checked who this is"), choices=_METHODS)
    checked_on = forms.DateField(label=_("Checked on"), widget=DateInput())
    remark = forms.CharField(
        label=_("Remark"), max_length=200, required=False, help_text=_("No numbers of documents; they stay on paper.")
    )


class GrantForm(LastingForm):
    method = forms.ChoiceField(
        label=_("How you checked who this is"),
        choices=_METHODS,
        required=False,
        help_text=_("Not needed where it is recorded already."),
    )
    checked_on = forms.DateField(label=_("Checked on"), widget=DateInput(), required=False)


class AccessRequestForm(Form):
    protocol = forms.CharField(
        label=_("Protocol"), max_length=40, help_text=_("As it stands on the protocol’s title page.")
    )
    site_number = forms.CharField(label=_("Number of your site"), max_length=10, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=_roles((*SITE_CHOICES, *STUDY_CHOICES)))
    words = forms.CharField(label=_("What they should know"), max_length=300, required=False)

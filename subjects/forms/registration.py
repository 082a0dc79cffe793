"""Registering: who the person is, what is known of them in code, and the consent they signed."""

from functools import partial
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from subjects import selectors
from subjects.domain.consent import Capacity, Method, Mode
from subjects.domain.participation import Coded, Ethnicity, Race, Sex
from subjects.models import Consent, ConsentVersion, Identity, Signed, Site, Subject
from trialcrm.core.forms import DateInput, Form, ReasonField

from .fields import Segmented, SiteDateTimeField, ZonedForm

OPEN_CHOICE = [("", "—")]
IDENTITY = ("full_name", "date_of_birth", "medical_record_number", "phone", "email", "address")
CODED = ("sex_at_birth", "race", "ethnicity", "source")
CONSENT = ("version", "discussed_at", "signed_at", "capacity", "mode", "method", "copy_given")
PHONE = RegexValidator(r"^[\d\s()+./-]{5,40}$", _("Write the number in figures, like +1 555 010 0123."))


class IdentityFields(forms.Form):
    full_name = forms.CharField(
        label=_("Full name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    date_of_birth = forms.DateField(label=_("Birth date"), widget=DateInput())
    medical_record_number = forms.CharField(label=_("Medical record number"), max_length=40, required=False)
    phone = forms.CharField(
        label=_("Phone"), required=False, validators=[PHONE], widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    address = forms.CharField(
        label=_("Address"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def identity(self) -> Identity:
        return Identity(**{name: self.cleaned_data[name] for name in IDENTITY})


class FoundFields(forms.Form):
    """What may be known before consent."""

    sex_at_birth = forms.ChoiceField(label=_("Sex at birth"), choices=Sex.choices, widget=Segmented)
    source = forms.CharField(
        label=_("How found"),
        max_length=80,
        required=False,
        help_text=_("For example a clinic or a registry; no names."),
    )

    def coded(self) -> Coded:
        return Coded(**{name: self.cleaned_data.get(name, "") for name in CODED})


class CodedFields(FoundFields):
    race = forms.ChoiceField(label=_("Race"), choices=[*OPEN_CHOICE, *Race.choices], required=False)
    ethnicity = forms.ChoiceField(label=_("Ethnicity"), choices=[*OPEN_CHOICE, *Ethnicity.choices], required=False)


class CoordinatorFields(forms.Form):
    """Whoever looks after the participant, among those who may at the site."""

    coordinator = forms.TypedChoiceField(label=_("Coordinator"))

    def offer_coordinators(self, user: Any, site: Site, chosen: Any) -> None:
        """The choice, with the one chosen now; nobody may stay chosen where nobody was."""
        people = {str(person.pk): person for person in selectors.coordinators_at(user, site)}
        if chosen is not None:
            people.setdefault(str(chosen.pk), chosen)
        field: Any = self.fields["coordinator"]
        nobody = [] if chosen else OPEN_CHOICE
        field.choices = [*nobody, *((pk, person.name) for pk, person in people.items())]
        field.required = chosen is not None
        field.coerce, field.empty_value = partial(_one_of, people), None
        field.initial = str(chosen.pk) if chosen else ""


def _one_of(people: dict[str, Any], pk: str) -> Any:
    """Whom a choice names. A choice that was never offered is an error of the field, which knows ValueError only."""
    if pk not in people:
        raise ValueError(pk)
    return people[pk]


class ConsentFields(forms.Form):
    version = forms.ModelChoiceField(
        label=_("Version of the consent form"), queryset=ConsentVersion.objects.none(), empty_label=None
    )
    discussed_at = SiteDateTimeField(label=_("Discussed"))
    signed_at = SiteDateTimeField(label=_("Signed"))
    capacity = forms.ChoiceField(label=_("Signed by"), choices=Capacity.choices, initial=Capacity.SELF)
    mode = forms.ChoiceField(label=_("Discussed how"), choices=Mode.choices, widget=Segmented, initial=Mode.IN_PERSON)
    method = forms.ChoiceField(label=_("Signed how"), choices=Method.choices, widget=Segmented, initial=Method.WET_INK)
    copy_given = forms.BooleanField(label=_("A signed copy was given to the participant"), required=False)

    def offer_versions(self, user: Any, site: Site) -> None:
        field: Any = self.fields["version"]
        field.queryset = selectors.consent_versions(user, site)
        field.initial = selectors.version_in_force(user, site)

    def signed(self) -> Signed:
        return Signed(**{name: self.cleaned_data[name] for name in CONSENT})


class EnterScreeningForm(ConsentFields, CodedFields, IdentityFields, ZonedForm):
    """Somebody of the pre-screening list signs a consent."""

    def __init__(self, *args: Any, user: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, zone=site.time_zone, **kwargs)
        self.offer_versions(user, site)

    def told(self) -> dict[str, Any]:
        return {"identity": self.identity(), "coded": self.coded(), "signed": self.signed()}

    @property
    def sections(self) -> list[tuple[Any, Any, list[Any]]]:
        """The fields under their headings, each with what to know about it."""
        parts = (
            (_("Who it is"), _("Kept encrypted, for the site only. Every reading is written down."), IDENTITY),
            (_("Coded facts"), _("Seen by the sponsor’s side too, without a name."), self.coded_names),
            (_("Consent"), _("Countersigned by you as the person who held the discussion."), CONSENT),
        )
        return [(title, note, [self[name] for name in names]) for title, note, names in parts]

    @property
    def coded_names(self) -> tuple[str, ...]:
        return CODED


class RegistrationForm(CoordinatorFields, EnterScreeningForm):
    """A person and their signed consent, at once."""

    def __init__(self, *args: Any, user: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, user=user, site=site, **kwargs)
        self.offer_coordinators(user, site, chosen=user)

    def told(self) -> dict[str, Any]:
        return {**super().told(), "coordinator": self.cleaned_data["coordinator"]}

    @property
    def coded_names(self) -> tuple[str, ...]:
        return (*CODED, "coordinator")


class PrescreenForm(CoordinatorFields, FoundFields, Form):
    """Somebody of interest, before consent: nothing that names them."""

    field_order = ("source", "sex_at_birth", "coordinator")

    def __init__(self, *args: Any, user: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sex_at_birth"].required = False
        self.fields["source"].required = True
        self.offer_coordinators(user, site, chosen=user)

    def told(self) -> dict[str, Any]:
        return {"coordinator": self.cleaned_data["coordinator"], "coded": self.coded()}


class ChangeForm(Form):
    """Changes of what is recorded, with a reason once something differs (ICH E6(R3) 4.2.2)."""

    reason = ReasonField(required=False, label=_("Reason for the change"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not set(self.changed_data) - {"reason"}:
            self.add_error(None, _("Nothing differs from what is recorded."))
        elif not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why this changes."))
        return cleaned


class IdentityForm(IdentityFields, ChangeForm):
    def __init__(self, *args: Any, identity: Identity, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: getattr(identity, name) for name in IDENTITY}, **kwargs)
        self.fields["date_of_birth"].required = identity.date_of_birth is not None

    def told(self) -> dict[str, Any]:
        return {"identity": self.identity(), "reason": self.cleaned_data["reason"]}


class SubjectChangeForm(CoordinatorFields, CodedFields, ChangeForm):
    def __init__(self, *args: Any, user: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: getattr(subject, name) for name in CODED}, **kwargs)
        self.fields["sex_at_birth"].required = bool(subject.sex_at_birth)
        self.offer_coordinators(user, subject.site, subject.coordinator)

    def told(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"coordinator": data["coordinator"], "coded": self.coded(), "reason": data["reason"]}


class ConsentForm(ConsentFields, ZonedForm):
    """Another consent of somebody taking part, for example to a new version."""

    def __init__(self, *args: Any, user: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, zone=site.time_zone, **kwargs)
        self.offer_versions(user, site)

    def told(self) -> dict[str, Any]:
        return {"signed": self.signed()}


class ConsentCorrectionForm(ConsentFields, ChangeForm, ZonedForm):
    """What the paper says, beside what was typed from it."""

    field_order = (*CONSENT, "reason")

    def __init__(self, *args: Any, user: Any, consent: Consent, **kwargs: Any) -> None:
        typed = {name: getattr(consent, name) for name in CONSENT if name != "capacity"}
        known = {**typed, "capacity": consent.signer_capacity}
        super().__init__(*args, zone=consent.site.time_zone, initial=known, **kwargs)
        self.offer_versions(user, consent.site)

    def told(self) -> dict[str, Any]:
        return {"signed": self.signed(), "reason": self.cleaned_data["reason"]}


class ConsentWithdrawalForm(Form):
    withdrawn_on = forms.DateField(label=_("Withdrawn on"), widget=DateInput())
    reason = forms.CharField(
        label=_("How it was told"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("No reason may be asked of the participant."),
    )

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"withdrawn_on": today}, **kwargs)

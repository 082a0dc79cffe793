"""A subject: coded here, named only in a table of its own."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase

from subjects.domain.participation import (
    EndReason,
    Ethnicity,
    Move,
    Race,
    Sex,
    SubjectState,
    WithdrawalExtent,
    moves_from,
)
from subjects.domain.studies import Blinding
from trialcrm.access.querysets import ScopedQuerySet
from trialcrm.core import crypto

from .base import SiteRecord, SubjectRecord
from .studies import Arm, Element


class SubjectQuerySet(ScopedQuerySet):
    def in_state(self, *states: str) -> "SubjectQuerySet":
        return self.filter(state__in=states)


class Subject(SiteRecord):
    """One person in one study, known by the subject id alone (ICH E6(R3) 3.16.1(s), GDPR Article 4(5))."""

    study = models.ForeignKey("subjects.Study", models.PROTECT, related_name="subjects")
    site = models.ForeignKey("subjects.Site", models.PROTECT, related_name="subjects")
    subject_id = models.CharField(_("participant id"), max_length=40)
    unique_subject_id = models.CharField(_("unique id across studies"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=24, choices=SubjectState, default=SubjectState.PRESCREEN)
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("coordinator")
    )
    source = models.CharField(_("how found"), max_length=80, blank=True)
    sex_at_birth = models.CharField(_("sex at birth"), max_length=10, choices=Sex, blank=True)
    race = models.CharField(_("race"), max_length=60, choices=Race, blank=True)
    ethnicity = models.CharField(_("ethnicity"), max_length=40, choices=Ethnicity, blank=True)
    age = models.PositiveSmallIntegerField(_("age at consent"), null=True, blank=True)
    country = models.CharField(_("country"), max_length=3, blank=True)
    consented_on = models.DateField(_("consented on"), null=True, blank=True)
    randomisation_number = models.CharField(_("randomisation number"), max_length=20, blank=True)
    randomised_at = models.DateTimeField(_("randomised at"), null=True, blank=True)
    first_dose_on = models.DateField(_("first dose on"), null=True, blank=True)
    last_dose_on = models.DateField(_("last dose on"), null=True, blank=True)
    ended_on = models.DateField(_("participation ended on"), null=True, blank=True)
    end_reason = models.CharField(_("end reason"), max_length=60, blank=True)
    withdrawal_extent = models.CharField(_("extent"), max_length=12, choices=WithdrawalExtent, blank=True)
    died_on = models.CharField(_("died on"), max_length=25, blank=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        ordering = ("subject_id",)
        verbose_name = _("participant")
        indexes = [
            models.Index(fields=["site", "subject_id", "id"], name="subject_list"),
            models.Index(fields=["site", "state"], name="subject_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["study", "subject_id"], name="subject_id_once_in_study"),
            models.UniqueConstraint(
                fields=["unique_subject_id"], condition=~Q(unique_subject_id=""), name="unique_subject_id_once"
            ),
            models.UniqueConstraint(
                fields=["study", "randomisation_number"],
                condition=~Q(randomisation_number=""),
                name="randomisation_number_once",
            ),
            models.CheckConstraint(condition=Q(state__in=SubjectState.values), name="subject_state_known"),
        ]

    def __str__(self) -> str:
        return self.subject_id

    def get_absolute_url(self) -> str:
        return reverse("subjects:subject", args=[self.pk])

    @property
    def next_moves(self) -> list[Move]:
        """Moves that could come next; nobody is enrolled without randomisation in a blinded study."""
        blinded = self.study.blinding != Blinding.OPEN
        return [move for move in moves_from(self.state) if not (blinded and move.to == SubjectState.ENROLLED)]


class SubjectGroupPermission(GroupObjectPermissionBase):
    """Guardian's grants on one subject: the participant's own, or a provider's who sees assigned people only."""

    content_object = models.ForeignKey(Subject, models.CASCADE)


class SubjectKey(models.Model):
    """The wrapped key of one subject's identity. Outside of the trail: destroying it erases the identity for good."""

    subject = models.OneToOneField(Subject, models.CASCADE, primary_key=True, related_name="key")
    wrapped = models.TextField()

    def __str__(self) -> str:
        return str(self.subject_id)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a subject is, in clear."""

    full_name: str = ""
    date_of_birth: date | None = None
    medical_record_number: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


class SubjectIdentity(SubjectRecord):
    """Name, birth date, record number and contact details, sealed; never joined by sponsor-side code."""

    IDENTIFYING: ClassVar[frozenset[str]] = frozenset(
        {
            "full_name",
            "date_of_birth",
            "medical_record_number",
            "phone",
            "email",
            "address",
            "medical_record_number_index",
            "name_index",
        }
    )
    SEALED: ClassVar[tuple[str, ...]] = (
        "full_name",
        "date_of_birth",
        "medical_record_number",
        "phone",
        "email",
        "address",
    )

    subject = models.OneToOneField(Subject, models.PROTECT, related_name="identity")
    full_name = models.TextField(_("full name"))
    date_of_birth = models.TextField(_("date of birth"), blank=True)
    medical_record_number = models.TextField(_("medical record number"), blank=True)
    phone = models.TextField(_("phone"), blank=True)
    email = models.TextField(_("e-mail"), blank=True)
    address = models.TextField(_("address"), blank=True)
    medical_record_number_index = models.CharField(max_length=64, blank=True)
    name_index = ArrayField(models.CharField(max_length=64), default=list)

    class Meta:
        verbose_name = _("identity")
        indexes = [GinIndex(fields=["name_index"], name="identity_by_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "medical_record_number_index"],
                condition=~Q(medical_record_number_index=""),
                name="record_number_once_at_site",
            )
        ]

    def __str__(self) -> str:
        return str(self.subject)

    def reveal(self) -> Identity:
        """The identity in clear; callers log that they read it.

        Raises:
            Unreadable: the key was destroyed or is not on the ring.
        """
        key = crypto.unwrap(self.subject.key.wrapped)
        values: dict[str, Any] = {name: self.open(key, name) for name in self.SEALED}
        born = values.pop("date_of_birth")
        return Identity(**values, date_of_birth=date.fromisoformat(born) if born else None)

    def open(self, key: bytes, name: str) -> str:
        """One sealed value in clear, with the subject's data key."""
        sealed = getattr(self, name)
        return crypto.reveal(key, sealed, sealed_place(self.subject_id, name)) if sealed else ""


def sealed_place(subject: uuid.UUID, name: str) -> str:
    """Where a sealed value belongs; it opens nowhere else."""
    return f"identity/{subject}/{name}"


class TreatmentAssignment(SubjectRecord):
    """Which arm a subject was meant to get and got. Only the unblinded selector may return it."""

    subject = models.OneToOneField(Subject, models.PROTECT, related_name="assignment")
    planned_arm = models.ForeignKey(Arm, models.PROTECT, null=True, related_name="+")
    actual_arm = models.ForeignKey(Arm, models.PROTECT, null=True, related_name="+")
    not_assigned_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("treatment assignment")

    def __str__(self) -> str:
        return str(self.subject)


class SubjectElement(SubjectRecord):
    """When a subject entered and left an element of the design (SDTM SE). Treatment elements tell the arm."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="elements")
    sequence = models.PositiveIntegerField()
    element = models.ForeignKey(Element, models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=8)
    epoch = models.CharField(max_length=40, blank=True)
    starts = models.CharField(max_length=25, blank=True)
    ends = models.CharField(max_length=25, blank=True)
    description = models.TextField(blank=True)

    view_permission: ClassVar[str] = "view_treatmentassignment"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "sequence"], name="element_sequence_once")]

    def __str__(self) -> str:
        return f"{self.subject} {self.code}"


class Disposition(SubjectRecord):
    """A milestone or the end of participation of one subject (SDTM DS), with the words as they were written."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="dispositions")
    sequence = models.PositiveIntegerField()
    category = models.CharField(_("category"), max_length=40)
    subcategory = models.CharField(_("scope"), max_length=40, blank=True)
    term = models.CharField(_("as reported"), max_length=200)
    decoded = models.CharField(_("coded"), max_length=80)
    end_reason = models.CharField(_("end reason"), max_length=60, choices=EndReason, blank=True)
    epoch = models.CharField(max_length=40, blank=True)
    visit_num = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    starts = models.CharField(_("date"), max_length=25, blank=True)
    starts_from = models.DateField(null=True, blank=True)
    starts_until = models.DateField(null=True, blank=True)
    study_day = models.IntegerField(null=True, blank=True)

    view_permission: ClassVar[str] = "view_subject"

    class Meta:
        ordering = ("subject", "sequence")
        constraints = [models.UniqueConstraint(fields=["subject", "sequence"], name="disposition_sequence_once")]

    def __str__(self) -> str:
        return f"{self.subject} · {self.decoded}"

"""Consent documents, and one person's consent to one version of them."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from subjects.domain.consent import Capacity, ConsentStatus, Method, Mode, VersionStatus

from .base import StudyRecord, SubjectRecord
from .participation import Subject


class ConsentVersion(StudyRecord):
    """A version of the consent document; for one site or for all of the study (ICH E6(R3) 2.8)."""

    study = models.ForeignKey("subjects.Study", models.PROTECT, related_name="consent_versions")
    for_site = models.ForeignKey(
        "subjects.Site", models.PROTECT, null=True, blank=True, related_name="consent_versions"
    )
    label = models.CharField(_("version"), max_length=40)
    language = models.CharField(_("language"), max_length=10, default="en")
    status = models.CharField(_("status"), max_length=12, choices=VersionStatus, default=VersionStatus.DRAFT)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    effective_from = models.DateField(_("effective from"), null=True, blank=True)
    superseded_on = models.DateField(_("superseded on"), null=True, blank=True)
    reconsent_required = models.BooleanField(_("re-consent required"), default=False)
    required_signers = models.PositiveSmallIntegerField(_("signers"), default=1)
    summary_of_changes = models.TextField(_("summary of changes"), blank=True)

    class Meta:
        ordering = ("-effective_from",)
        constraints = [
            models.UniqueConstraint(
                fields=["study", "for_site", "language", "label"], nulls_distinct=False, name="consent_version_once"
            ),
            models.CheckConstraint(
                condition=Q(effective_from=None) | Q(approved_on__lte=F("effective_from")),
                name="consent_version_approved_first",
            ),
        ]

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Signed:
    """What is recorded of one signed consent; times are aware."""

    version: ConsentVersion
    signed_at: datetime
    discussed_at: datetime | None = None
    mode: str = Mode.IN_PERSON
    capacity: str = Capacity.SELF
    method: str = Method.WET_INK
    copy_given: bool = True


class Consent(SubjectRecord):
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="consents")
    version = models.ForeignKey(ConsentVersion, models.PROTECT, null=True, related_name="consents")
    status = models.CharField(_("status"), max_length=24, choices=ConsentStatus, default=ConsentStatus.DISCUSSED)
    discussed_at = models.DateTimeField(_("discussed at"), null=True, blank=True)
    discussed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    mode = models.CharField(_("mode"), max_length=12, choices=Mode, blank=True)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signer_capacity = models.CharField(_("signed by"), max_length=10, choices=Capacity, default=Capacity.SELF)
    method = models.CharField(_("method"), max_length=12, choices=Method, blank=True)
    countersigned_at = models.DateTimeField(_("countersigned at"), null=True, blank=True)
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    copy_given = models.BooleanField(_("copy given"), default=False)
    is_inferred = models.BooleanField(_("date inferred"), default=False)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)

    class Meta:
        ordering = ("-signed_on",)
        verbose_name = _("consent")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "version"],
                condition=Q(status=ConsentStatus.ACTIVE),
                nulls_distinct=False,
                name="one_active_consent_per_version",
            ),
            models.CheckConstraint(
                condition=~Q(status=ConsentStatus.ACTIVE) | Q(signed_on__isnull=False), name="active_consent_is_signed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.version or _('version not recorded')}"

"""What is known of imports: the runs and their files, the findings, where each record came from."""

from pathlib import Path
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from subjects.domain.permissions import Perm as StudyPerm
from subjects.models.base import StudyRecord, SubjectRecord
from trialcrm.access.querysets import ScopedQuerySet
from trialcrm.access.scope import scope_of
from trialcrm.audit.models import AuditedModel
from trialcrm.audit.querysets import AuditedQuerySet
from trialcrm.cdisc.domain.findings import Severity
from trialcrm.cdisc.domain.permissions import Perm
from trialcrm.cdisc.domain.runs import MAPPING_VERSION, OPEN, RunStatus
from trialcrm.core.ids import new_id


class RunQuerySet(AuditedQuerySet):
    """Runs of the studies that a person may see, and their own: before its files are read a run has no study."""

    def visible_to(self, user: Any) -> Self:
        return self._of(user, "")

    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def _of(self, user: Any, path: str) -> Self:
        scope = scope_of(user)
        if scope.everything:
            return self
        studies = {f"{path}study__in": scope.study_ids(Perm.VIEW_RUN)}
        return self.filter(Q(**studies) | Q(**{f"{path}by": user.pk}))


class SourceFileQuerySet(RunQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self._of(user, "run__")


class ImportRun(AuditedModel):
    """One attempt to import one delivery."""

    # How far it has come is shown while it runs and means nothing afterwards.
    UNTRACKED: ClassVar[frozenset[str]] = frozenset({"step", "of", "message"})

    label = models.CharField(_("delivery"), max_length=200)
    wanted_study = models.CharField(_("study id to use"), max_length=40, blank=True)
    study = models.ForeignKey("subjects.Study", models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    is_uploaded = models.BooleanField(default=False)
    mapping_version = models.PositiveSmallIntegerField(default=MAPPING_VERSION)
    status = models.CharField(_("status"), max_length=8, choices=RunStatus, default=RunStatus.QUEUED)
    step = models.PositiveSmallIntegerField(default=0)
    of = models.PositiveSmallIntegerField(default=0)
    message = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    created = models.PositiveIntegerField(_("records added"), default=0)
    changed = models.PositiveIntegerField(_("records changed"), default=0)
    unchanged = models.PositiveIntegerField(_("records unchanged"), default=0)
    refused_file = models.CharField(_("file"), max_length=200, blank=True)
    refused_row = models.PositiveIntegerField(_("row"), null=True, blank=True)
    refused_variable = models.CharField(_("variable"), max_length=40, blank=True)
    refusal = models.TextField(_("why refused"), blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = _("import")
        indexes = [models.Index(fields=["id"], condition=Q(status__in=OPEN), name="run_open")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RunStatus.values), name="run_status_known"),
            models.CheckConstraint(
                condition=~Q(status=RunStatus.REFUSED) | ~Q(refusal=""), name="refused_run_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("cdisc:import", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def folder(self) -> Path:
        """Where uploaded files wait."""
        return Path(settings.IMPORT_DIR) / str(self.pk)


class SourceFile(AuditedModel):
    """A file of a delivery, known by the digest of its bytes."""

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="files")
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))
    domain = models.CharField(_("dataset"), max_length=8)
    rows = models.PositiveIntegerField(_("rows"))

    objects = SourceFileQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="source_file_once")]

    def __str__(self) -> str:
        return self.name


class FindingQuerySet(ScopedQuerySet):
    """What tells the treatment is there only for those who may see treatments at that place."""

    def visible_to(self, user: Any, permission: str = "") -> Self:
        scope = scope_of(user)
        rows = super().visible_to(user, permission)
        if scope.everything:
            return rows
        return rows.filter(Q(is_unblinding=False) | self._within(scope, StudyPerm.VIEW_TREATMENT))

    def current(self) -> Self:
        """Those that the latest delivery still has."""
        return self.filter(gone_in=None)

    def of_run(self, run: ImportRun) -> Self:
        """Those that the delivery of a run had; runs are numbered in the order in which they were queued."""
        return self.filter(Q(gone_in=None) | Q(gone_in__gt=run.pk), study=run.study_id, run__lte=run.pk)


class Finding(StudyRecord):
    """Something odd in a delivery that was taken over as it is. `key` tells it from every other one of the study."""

    site = models.ForeignKey("subjects.Site", models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.ForeignKey("subjects.Subject", models.PROTECT, null=True, blank=True, related_name="+")
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="+")
    gone_in = models.ForeignKey(ImportRun, models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=64)
    code = models.CharField(_("code"), max_length=8)
    severity = models.CharField(_("severity"), max_length=9, choices=Severity)
    title = models.CharField(_("finding"), max_length=200)
    file = models.CharField(_("file"), max_length=200)
    row = models.PositiveIntegerField(_("row"), null=True, blank=True)
    variable = models.CharField(_("variable"), max_length=40, blank=True)
    value = models.TextField(_("delivered value"), blank=True)
    text = models.TextField(_("what was done"))
    is_unblinding = models.BooleanField(default=False)

    objects = FindingQuerySet.as_manager()
    view_permission: ClassVar[str] = Perm.VIEW_FINDING

    class Meta:
        ordering = ("code", "id")
        verbose_name = _("finding")
        indexes = [models.Index(fields=["study", "code", "id"], name="finding_list")]
        constraints = [models.UniqueConstraint(fields=["study", "key"], name="finding_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class SubjectFlag(SubjectRecord):
    """A yes or no about a participant that SDTM keeps beside demographics, such as a population of the analysis."""

    subject = models.ForeignKey("subjects.Subject", models.PROTECT, related_name="flags")
    code = models.CharField(_("flag"), max_length=8)
    label = models.CharField(_("meaning"), max_length=200, blank=True)
    is_set = models.BooleanField(_("set"))

    view_permission: ClassVar[str] = StudyPerm.VIEW_SUBJECT

    class Meta:
        ordering = ("subject", "code")
        constraints = [models.UniqueConstraint(fields=["subject", "code"], name="subject_flag_once")]

    def __str__(self) -> str:
        return f"{self.subject} {self.code}"


class ImportedRecord(models.Model):
    """Where the record of a key came from last: an index by which a later delivery is compared with what is here.

    Not part of the trail: the history of each record says the same of each of its values.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    study = models.ForeignKey("subjects.Study", models.PROTECT, related_name="+")
    site = models.ForeignKey("subjects.Site", models.PROTECT, null=True, related_name="+")
    subject = models.ForeignKey("subjects.Subject", models.PROTECT, null=True, related_name="+")
    domain = models.CharField(max_length=8)
    key = models.CharField(max_length=200)
    record_type = models.CharField(max_length=80)
    record_id = models.UUIDField()
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    row = models.PositiveIntegerField(null=True)

    objects = ScopedQuerySet.as_manager()
    view_permission: ClassVar[str] = Perm.VIEW_RUN

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "record_type", "key"], name="imported_record_once")]

    def __str__(self) -> str:
        return f"{self.domain} {self.key}"

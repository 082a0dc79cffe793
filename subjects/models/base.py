"""What all tables of this app share."""

from django.db import models

from trialcrm.access.querysets import ScopedQuerySet
from trialcrm.audit.models import AuditedModel


class StudyRecord(AuditedModel):
    """A record of a study as a whole, for example of its design."""

    study = models.ForeignKey("subjects.Study", models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()
    view_permission = "view_study"

    class Meta:
        abstract = True


class SiteRecord(AuditedModel):
    """A record that belongs to one site of one study."""

    study = models.ForeignKey("subjects.Study", models.PROTECT, related_name="+")
    site = models.ForeignKey("subjects.Site", models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class SubjectRecord(SiteRecord):
    """A record of one subject; study and site are repeated on it so that access needs no join."""

    subject = models.ForeignKey("subjects.Subject", models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def derive(self) -> None:
        self.study_id, self.site_id = self.subject.study_id, self.subject.site_id

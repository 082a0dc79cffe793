"""What changed, for pages that are open elsewhere: kept for a day, so that a broken stream can catch up."""

from django.db import models

from trialcrm.core import clock


class LiveEvent(models.Model):
    """One change, by ids only. Written in the transaction of what changed, so it is there if and only if that is."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=clock.now, db_index=True)
    kind = models.CharField(max_length=40)
    permission = models.CharField(max_length=60)
    #: The right with which participants hear of it, where it is their own.
    own_permission = models.CharField(max_length=60, blank=True)
    #: The one person who hears of it, whatever their rights; nobody else does.
    person_id = models.UUIDField(null=True)
    study_id = models.UUIDField(null=True)
    site_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    record_id = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"

"""What was answered to a call that carried a key, so that sending it again does nothing twice."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from trialcrm.core import clock


class KeptAnswer(models.Model):
    """Which record one call made or changed. What the record holds is read anew when the call is sent again.

    Written in the transaction of the act, so it is there if and only if the act is. Forgotten after a day.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    #: The digest of method, address and body: a key stands for one call and no other.
    call = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now, db_index=True)
    record_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="one_answer_for_each_key"),
            models.CheckConstraint(condition=~Q(key=""), name="key_is_given"),
        ]

    def __str__(self) -> str:
        return self.key

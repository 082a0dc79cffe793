"""Signatures: who put their name under what, as what, and when."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trialcrm.access.querysets import ScopedQuerySet
from trialcrm.audit.models import AuditedModel
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused
from trialcrm.users.domain.signatures import Item, Meaning


class Signature(AuditedModel):
    """A signature under one record, bound to the digest of exactly what was shown (21 CFR 11.50, 11.70).

    It holds what was shown, so that it can be read and compared when the record has changed. It is never changed.
    """

    view_permission: ClassVar[str] = "view_signature"
    # Whoever signs sees what they signed, also where they look after single participants only.
    person_field: ClassVar[str] = "signer_id"
    APPEND_ONLY: ClassVar[bool] = True

    study = models.ForeignKey(settings.ACCESS_STUDY_MODEL, models.PROTECT, related_name="+", null=True)
    site = models.ForeignKey(settings.ACCESS_SITE_MODEL, models.PROTECT, related_name="+", null=True)
    subject = models.ForeignKey(settings.ACCESS_SUBJECT_MODEL, models.PROTECT, related_name="+", null=True)
    entity_type = models.CharField(max_length=80)
    entity_id = models.UUIDField()
    meaning = models.CharField(gettext_lazy("meaning"), max_length=20, choices=Meaning)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    printed_name = models.CharField(gettext_lazy("name"), max_length=150)
    role = models.CharField(gettext_lazy("role"), max_length=120)
    signed_at = models.DateTimeField(gettext_lazy("signed at"), default=clock.now)
    method = models.CharField(gettext_lazy("shown by"), max_length=20)
    content = models.JSONField()
    digest = models.CharField(max_length=64)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("signed_at", "id")
        verbose_name = gettext_lazy("signature")
        indexes = [models.Index(fields=["entity_type", "entity_id", "signed_at"], name="signatures_of_record")]
        constraints = [models.CheckConstraint(condition=Q(meaning__in=Meaning.values), name="signature_meaning_known")]

    def __str__(self) -> str:
        return f"{self.get_meaning_display()} · {self.printed_name}"

    def save(self, *args: Any, **options: Any) -> None:
        """Write it once.

        Raises:
            Refused: it was written before.
        """
        if not self._state.adding:
            raise Refused(refused(_("A signature is never changed.")))
        super().save(*args, **options)

    @property
    def items(self) -> list[Item]:
        return [Item(**line) for line in self.content]

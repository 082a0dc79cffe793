"""Tokens with which programs come in, for a person or for themselves."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from trialcrm.access.querysets import ScopedQuerySet
from trialcrm.access.scope import Limit
from trialcrm.api.domain.tokens import LONGEST, SERVICE_VERBS, USABLE, State, Verb, in_words, state_of
from trialcrm.audit.models import AuditedBase, kept_history
from trialcrm.core import clock

#: The rule is by calendar days in the owner's zone; the database allows what zones and summer time add.
_LONGEST = LONGEST + timedelta(days=1)


class Token(AuditedBase):
    """A key with which a program does what its owner may, or less, until it expires or is revoked.

    The secret is shown once and kept nowhere: only its digest is, and that is not part of the history. A token of a
    service account belongs to the study of the account, and is in the sight of those who give roles in the study;
    everybody else sees their own.
    """

    # The digest stands for the secret; the times of use are no act of a person.
    UNTRACKED: ClassVar[frozenset[str]] = frozenset({"digest", "last_used_at", "last_refused_at"})
    # What it is for is told in its owner's own words, who may be a participant.
    IDENTIFYING: ClassVar[frozenset[str]] = frozenset({"name"})
    view_permission: ClassVar[str] = "change_membership"
    person_field: ClassVar[str] = "owner_id"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens", verbose_name=_("owner"))
    study = models.ForeignKey(
        settings.ACCESS_STUDY_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("study")
    )
    name = models.CharField(_("what it is for"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(_("begins with"), max_length=20)
    verbs = ArrayField(models.CharField(max_length=10, choices=Verb), verbose_name=_("may"))
    study_ids = ArrayField(models.UUIDField(), default=list, blank=True, verbose_name=_("in these studies only"))
    site_ids = ArrayField(models.UUIDField(), default=list, blank=True, verbose_name=_("at these sites only"))
    expires_at = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    last_refused_at = models.DateTimeField(_("last refused"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_reason = models.CharField(_("why it was revoked"), max_length=200, blank=True)

    history = kept_history(excluded_fields=["digest", "last_used_at", "last_refused_at"])
    objects = ScopedQuerySet.as_manager()
    #: Known only to the one who has just made it.
    secret: str = ""

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("token")
        indexes = [models.Index(fields=["owner", "-created_at"], name="tokens_of_owner")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="token_is_named"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="token_is_kept_as_a_digest"),
            models.CheckConstraint(
                condition=Q(verbs__len__gt=0, verbs__contained_by=Verb.values), name="token_verbs_known"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at"), expires_at__lte=F("created_at") + _LONGEST),
                name="token_expires_within_a_year",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False) | Q(revoked_reason=""), name="token_revoked_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hint}…"

    @property
    def state(self) -> State:
        return state_of(self.expires_at, self.revoked_at, clock.now())

    @property
    def is_usable(self) -> bool:
        """Whether it lets somebody in now; its owner's account must be open besides."""
        return self.state in USABLE

    @property
    def limit(self) -> Limit:
        return Limit(frozenset(self.study_ids), frozenset(self.site_ids))

    @property
    def verb_words(self) -> str:
        """What it may do; that of a service account only reads, whatever stands in it."""
        return in_words(SERVICE_VERBS.intersection(self.verbs) if self.study_id else self.verbs)

    @property
    def shown_as(self) -> str:
        """How the log calls it. What people call their own stays with them: coded readers see the log."""
        return f"{self.name} · {self}" if self.study_id else str(self)

"""Invitations by mail, and who checked the identity of whom."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trialcrm.audit.models import AuditedBase, AuditedModel, kept_history
from trialcrm.core import clock
from trialcrm.users.domain.invitations import IdentityMethod, Kind, Standing, standing


class Invitation(AuditedBase):
    """A link by mail with which one person, once, gets an account (or, with one, takes up what is offered).

    Only a digest of the link's secret is kept, and not in the history.
    """

    UNTRACKED: ClassVar[frozenset[str]] = frozenset({"token_digest"})
    IDENTIFYING: ClassVar[frozenset[str]] = frozenset({"email", "name"})

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.INVITED)
    token_digest = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField(_("sent at"), default=clock.now)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    history = kept_history(excluded_fields=["token_digest"])
    #: The secret of the link, known only while it is being sent.
    token: str = ""

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("invitation")
        indexes = [models.Index(fields=["email"], name="invitations_of_address")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="invitation_kind_known"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_accepted_or_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        # The name of whoever is invited would stay in the log for good; a participant may be.
        return str(_("invitation"))

    @property
    def standing(self) -> Standing:
        return standing(self.expires_at, self.accepted_at, self.withdrawn_at, clock.now())


class IdentityCheck(AuditedModel):
    """That somebody saw who the person behind an account is: who, how and when (21 CFR 11.100(b))."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="identity_checks")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    method = models.CharField(_("how"), max_length=20, choices=IdentityMethod)
    checked_on = models.DateField(_("on"))
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    class Meta:
        ordering = ("checked_on", "id")
        verbose_name = _("identity check")
        constraints = [
            models.CheckConstraint(condition=Q(method__in=IdentityMethod.values), name="identity_method_known")
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()}"

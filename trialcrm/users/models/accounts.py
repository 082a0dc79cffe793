"""Accounts: one per person, known by e-mail address, never reused and never deleted."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from trialcrm.audit.models import AuditedBase, kept_history
from trialcrm.audit.querysets import AuditedQuerySet


class UserManager(BaseUserManager.from_queryset(AuditedQuerySet)):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AuditedBase, AbstractBaseUser):
    """A person who signs in (21 CFR 11.100(a): unique to one individual, not reused, not reassigned).

    Or a program, which never signs in and comes with a token: a service account. The person who made it answers for
    what it does, and is named in it.
    """

    # Changing a password or signing in is a security event of its own in the log; the digest never enters the trail.
    UNTRACKED: ClassVar[frozenset[str]] = frozenset({"password", "last_login"})
    # A participant has an account too; the log says that a name changed, the history what to.
    IDENTIFYING: ClassVar[frozenset[str]] = frozenset({"email", "name"})

    email = models.EmailField(
        _("e-mail address"), max_length=254, unique=True, error_messages={"unique": _("This address has an account.")}
    )
    name = models.CharField(_("name"), max_length=150)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_operator = models.BooleanField(_("runs the installation"), default=False)
    is_service = models.BooleanField(_("is a program"), default=False)
    answered_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered for by")
    )
    groups = models.ManyToManyField(
        Group, through="access.GroupMembership", related_name="user_set", related_query_name="user", blank=True
    )
    user_permissions = models.ManyToManyField(Permission, blank=True, related_name="user_set")

    history = kept_history(excluded_fields=["password", "last_login"])
    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    # No account is above the rules: rights come from memberships only.
    is_superuser = False
    is_staff = False

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_in_lower_case"),
            models.CheckConstraint(
                condition=models.Q(is_service=False, answered_by=None)
                | models.Q(
                    is_service=True,
                    answered_by__isnull=False,
                    is_operator=False,
                    password__startswith=UNUSABLE_PASSWORD_PREFIX,
                ),
                name="a_program_is_answered_for_and_has_no_password",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        parts = [part for part in self.name.replace("Dr ", "").split() if part]
        return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper() or "?"

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split()[0] if self.name else self.email

    def has_perm(self, permission: str, record: Any = None) -> bool:
        """Whether a grant reaches the record; asked through the scope, like everything else."""
        from trialcrm.access.scope import scope_of

        codename = permission.rpartition(".")[2]
        scope = scope_of(self)
        return scope.anywhere(codename) if record is None else scope.may(codename, record)

    def has_module_perms(self, app_label: str) -> bool:
        return False


class SignInAttempts(models.Model):
    """The attempts to sign in with one address that have not ended well, so that guessing can be stopped.

    The address is held as a keyed digest only: most unknown addresses are somebody's. Not part of the trail, because
    it forgets on purpose; every attempt is also written to the log for good.
    """

    address = models.CharField(max_length=64, primary_key=True)
    times = ArrayField(models.DateTimeField(), default=list)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.address

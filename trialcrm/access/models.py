"""Who belongs to which group of a study, a site or a subject, and for how long."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from trialcrm.core import clock

from .roles import Role


class RoleGroup(models.Model):
    """The group of one role at one place, or of one task delegated in the role. Guardian's grants sit on the group."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="role_group")
    role = models.CharField(max_length=10, choices=Role)
    task = models.CharField(max_length=5, blank=True)

    def __str__(self) -> str:
        return self.group.name


class GroupMembershipQuerySet(models.QuerySet["GroupMembership"]):
    def active(self) -> "GroupMembershipQuerySet":
        now = clock.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)


class GroupMembership(models.Model):
    """A person in a group, from and until: a right that ran out is gone on the next request, with no job needed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="group_memberships")
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    starts_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "group", "starts_at"], name="one_membership_per_group_and_start")
        ]

    def __str__(self) -> str:
        return f"{self.group}"

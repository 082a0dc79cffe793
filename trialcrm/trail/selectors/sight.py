"""How much of the trail one person may read.

Whoever reads history at a place sees that something was done there, by whom and when. What a row *says* is held back by
the same rights as the record itself: values of a kind of record are for those who may read that kind there; free text
and reasons, in which a name may have slipped, are for those who may know the identity there.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q

from subjects.domain.permissions import Perm
from trialcrm.access.querysets import ScopedQuerySet, view_permission
from trialcrm.access.scope import scope_of
from trialcrm.audit.models import AuditedBase, AuditLog

MEMBERSHIP = "subjects.Membership"


def model_of(label: str) -> type[AuditedBase] | None:
    """The kind of record behind a label of the log; None when there is none, or no longer."""
    try:
        model = apps.get_model(label) if label else None
    except (LookupError, ValueError):
        return None
    return model if model and issubclass(model, AuditedBase) else None


def is_scoped(model: type[models.Model]) -> bool:
    return isinstance(model._default_manager.all(), ScopedQuerySet)


def site_text(model: type[models.Model]) -> frozenset[str]:
    """Fields of a kind of record in which site staff write freely.

    A class names them in `SITE_TEXT`; of one that does not, and that belongs to a site, every text field of unlimited
    length counts.
    """
    named = getattr(model, "SITE_TEXT", None)
    if named is not None:
        return frozenset(named)
    fields = model._meta.concrete_fields
    if not any(field.name == "site" for field in fields):
        return frozenset()
    return frozenset(field.attname for field in fields if isinstance(field, models.TextField))


class Sight:
    """One person's eyes on the trail. Looks up the scope once, so it may outlive the request (exports)."""

    def __init__(self, user: Any) -> None:
        self.user, self.scope = user, scope_of(user)

    def rows(self) -> models.QuerySet[AuditLog]:
        """Rows of the sites, studies and subjects whose history the person may read, and of their own account.

        What belongs to no study, like accounts and sign-ins, is for the operators of the installation.
        """
        if self.scope.everything:
            return AuditLog.objects.all()
        sites, studies, subjects = (
            ids(Perm.VIEW_HISTORY) for ids in (self.scope.site_ids, self.scope.study_ids, self.scope.subject_ids)
        )
        own = Q(actor_id=self.user.pk) | Q(entity_type=settings.AUTH_USER_MODEL, entity_id=str(self.user.pk))
        placeless = Q(study_id=None, site_id=None, subject_id=None)
        account = placeless if self.user.is_operator else placeless & own
        in_study = Q(site_id=None, subject_id=None, study_id__in=studies)
        return AuditLog.objects.filter(Q(site_id__in=sites) | in_study | Q(subject_id__in=subjects) | account)

    def knows_names(self, place: models.Model) -> bool:
        """Whether the person may know who the subjects at a place are."""
        return self.scope.may(Perm.VIEW_IDENTITY, place)

    def reads(self, model: type[models.Model], place: models.Model) -> bool:
        """Whether the person may read records of this kind at a place; accounts only where no study is meant."""
        if is_scoped(model):
            return self.scope.may(view_permission(model), place)
        return model._meta.label != settings.AUTH_USER_MODEL or getattr(place, "study_id", None) is None

    def reads_text(self, row: AuditLog) -> bool:
        """Whether the person may read what somebody wrote freely in an act: their own words, and the portal's."""
        return row.actor_id is None or row.actor_id == self.user.pk or self.knows_names(row)

    def reads_story(self, model: type[models.Model], place: models.Model) -> bool:
        return is_scoped(model) and self.reads(model, place) and self.scope.may(Perm.VIEW_HISTORY, place)

    def hides(self, record: Any) -> bool:
        """Whether a record names a participant by the account given to them, and the person may not know the name."""
        return record._meta.label == MEMBERSHIP and record.subject_id is not None and not self.knows_names(record)

    def is_own(self, row: AuditLog) -> bool:
        """Whether a row is about the reader's own account."""
        return row.entity_id == str(self.user.pk)

    def reads_summary(self, row: AuditLog) -> bool:
        """Whether the person may read which record an act was about, in its own words: what they did, and may open."""
        model = model_of(row.entity_type)
        return model is None or row.actor_id == self.user.pk or self.reads(model, row)

    def is_anonymous(self, row: AuditLog) -> bool:
        """The same of a row of the log."""
        return row.entity_type == MEMBERSHIP and row.subject_id is not None and not self.knows_names(row)

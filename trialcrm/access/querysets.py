"""The only read filter."""

from typing import Any, NamedTuple, Self

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q

from trialcrm.audit.querysets import AuditedQuerySet

from .scope import Ids, Scope, scope_of


class ScopedQuerySet(AuditedQuerySet):
    """Rows that know who may see them: those of sites, studies and subjects on which the person holds the permission.

    The permission of a model is `view_<model>` unless its class says otherwise in `view_permission`.
    """

    def visible_to(self, user: Any, permission: str = "") -> Self:
        """The rows that the person may see, filtered by literal ids."""
        scope = scope_of(user)
        if scope.everything:
            return self
        return self.filter(self._within(scope, permission or view_permission(self.model)))

    def _within(self, scope: Scope, permission: str) -> Q:
        columns = _columns(self.model)
        sites, studies = scope.site_ids(permission), scope.study_ids(permission)
        found = _any_of(columns.subject, scope.subject_ids(permission)) | _any_of(columns.site, sites)
        if columns.site and not columns.site_may_be_empty:
            return found
        study = _any_of(columns.study, studies)
        return found | (study & Q(**{columns.site: None}) if columns.site else study)


def _any_of(column: str, ids: Ids) -> Q:
    return Q(**{f"{column}__in": ids}) if column and ids else Q(pk__in=[])


def view_permission(model: type[models.Model]) -> str:
    return getattr(model, "view_permission", "") or f"view_{model._meta.model_name}"


class Columns(NamedTuple):
    """The columns by which a model's rows belong to a subject, a site and a study; empty where it has none.

    A row with a site is never opened by a right on the study alone: study-wide roles hold the right on every site of
    the study, and the scope lists them. Where the site may be empty, a row without one belongs to the study.
    """

    subject: str
    site: str
    study: str
    site_may_be_empty: bool


def _columns(model: type[models.Model]) -> Columns:
    site = _column(model, settings.ACCESS_SITE_MODEL, "site")
    return Columns(
        subject=_column(model, settings.ACCESS_SUBJECT_MODEL, "subject"),
        site=site,
        study=_column(model, settings.ACCESS_STUDY_MODEL, "study"),
        site_may_be_empty=site not in ("", "pk") and bool(model._meta.get_field(site).null),
    )


def _column(model: type[models.Model], target: str, name: str) -> str:
    if apps.get_model(target) is model:
        return "pk"
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return ""
    return f"{name}_id" if isinstance(field, models.ForeignKey) else ""

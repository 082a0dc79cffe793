"""The only read filter."""

from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trialcrm.core.decisions import Refused, refused

from .scope import Scope, scope_of


class ScopedQuerySet(models.QuerySet[Any]):
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
        paths = _paths(self.model)
        found = Q(pk__in=[])
        for path, ids in (
            (paths["subject"], scope.subject_ids(permission)),
            (paths["site"], scope.site_ids(permission)),
            (paths["study"], scope.study_ids(permission)),
        ):
            if path and ids:
                found |= Q(**{f"{path}__in": ids})
        return found

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Refused(refused(_("Nothing that was recorded is ever deleted.")))

    def update(self, **values: Any) -> int:
        raise TypeError("update() writes no history; save the records in a service.")


def view_permission(model: type[models.Model]) -> str:
    return getattr(model, "view_permission", "") or f"view_{model._meta.model_name}"


def _paths(model: type[models.Model]) -> dict[str, str]:
    """The columns by which a model's rows belong to a study, a site and a subject.

    A model with a site is never opened by a right on the whole study alone: study-wide roles hold the right on every
    site of the study, and the scope lists them.
    """
    subject = _column(model, settings.ACCESS_SUBJECT_MODEL, "subject")
    site = _column(model, settings.ACCESS_SITE_MODEL, "site")
    study = "" if site else _column(model, settings.ACCESS_STUDY_MODEL, "study")
    return {"subject": subject, "site": site, "study": study}


def _column(model: type[models.Model], target: str, name: str) -> str:
    if apps.get_model(target) is model:
        return "pk"
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return ""
    return f"{name}_id" if isinstance(field, models.ForeignKey) else ""

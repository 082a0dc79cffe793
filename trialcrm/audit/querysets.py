"""Querysets of audited records: the ways past `save()` are closed, because they leave no history."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from trialcrm.core.decisions import Refused, refused


class AuditedQuerySet(models.QuerySet[Any]):
    """Reads like any queryset. Writing many rows goes through `trialcrm.audit.bulk`, inside a recorded act."""

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Refused(refused(_("Nothing that was recorded is ever deleted.")))

    def update(self, **values: Any) -> int:
        raise TypeError("update() writes no history; save the records in a service.")

    def bulk_create(self, *args: Any, **options: Any) -> Any:
        raise TypeError("bulk_create() writes no history; use trialcrm.audit.bulk.create in a service.")

    def bulk_update(self, *args: Any, **options: Any) -> Any:
        raise TypeError("bulk_update() writes no history; use trialcrm.audit.bulk.update in a service.")

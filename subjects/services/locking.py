"""Taking a record for change."""

from typing import TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from trialcrm.core.decisions import StaleRecord, refused

M = TypeVar("M", bound=Model)


def locked(record: M, *related: str) -> M:
    """The record as it is now, held until the transaction ends, with the related records that rules ask for.

    Raises:
        StaleRecord: it is no longer there.
    """
    rows = type(record)._default_manager.select_for_update(of=("self",)).select_related(*related)  # type: ignore[attr-defined]
    fresh = rows.filter(pk=record.pk).first()
    if fresh is None:
        raise StaleRecord(refused(_("This record is no longer there.")))
    return fresh

"""Taking a record for change."""

from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from trialcrm.core.decisions import StaleRecord, refused

M = TypeVar("M", bound=Model)


def locked(record: M, *related: str) -> M:
    """The record as it is now, held until the transaction ends, with the related records that rules ask for.

    Raises:
        StaleRecord: it is no longer there.
    """
    return locked_row(type(record), record.pk, *related)


def locked_row(model: type[M], pk: Any, *related: str) -> M:
    """The same for a record that is known by its key only.

    Raises:
        StaleRecord: it is no longer there.
    """
    rows = model._default_manager.select_for_update(of=("self",))
    if related:  # without names, select_related would join everything
        rows = rows.select_related(*related)
    try:
        return rows.get(pk=pk)
    except model.DoesNotExist as gone:  # type: ignore[attr-defined]
        raise StaleRecord(refused(_("This record is no longer there."))) from gone

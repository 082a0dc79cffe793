"""The one way in which a kit changes its state: with a line in its ledger."""

from typing import Any

from medications.domain.stock import KIT_LIFECYCLE
from medications.events import StockChanged
from medications.models import Distribution, Kit, KitMovement
from trialcrm.core import clock
from trialcrm.core.decisions import require
from trialcrm.core.events import publish


def enter_kit(by: Any, kit: Kit, document: str) -> Kit:
    """Save a new kit with the first line of its ledger."""
    kit.save()
    _line(by, kit, "", document)
    return kit


def move_kit(by: Any, kit: Kit, to: str, document: str = "", distribution: Distribution | None = None) -> Kit:
    """Move a kit that the caller holds locked.

    Raises:
        Refused: the table of states does not list the move.
    """
    require(KIT_LIFECYCLE.may_move(kit.state, to))
    before, kit.state = kit.state, to
    kit.save()
    _line(by, kit, before, document, distribution)
    publish(StockChanged(kit.study_id, kit.site_id))
    return kit


def _line(by: Any, kit: Kit, before: str, document: str, distribution: Distribution | None = None) -> None:
    KitMovement(
        kit=kit,
        distribution=distribution,
        from_state=before,
        to_state=kit.state,
        units=kit.units,
        moved_at=clock.now(),
        moved_by_id=by.pk,
        document=document,
    ).save()

"""The one way in which kits change their state: with a line in their ledger."""

from collections.abc import Sequence
from typing import Any

from medications.domain.stock import KIT_LIFECYCLE
from medications.events import StockChanged
from medications.models import Distribution, Kit, KitMovement
from trialcrm.audit import bulk
from trialcrm.core import clock
from trialcrm.core.decisions import require
from trialcrm.core.events import publish


def enter_kits(by: Any, kits: Sequence[Kit], document: str) -> None:
    """Save new kits, each with the first line of its ledger."""
    bulk.create(kits)
    bulk.create(_line(by, kit, "", document) for kit in kits)


def move_kit(by: Any, kit: Kit, to: str, document: str = "", distribution: Distribution | None = None) -> Kit:
    """Move a kit that the caller holds locked.

    Raises:
        Refused: the table of states does not list the move.
    """
    require(KIT_LIFECYCLE.may_move(kit.state, to))
    before, kit.state = kit.state, to
    kit.save()
    _line(by, kit, before, document, distribution).save()
    publish(StockChanged(kit.study_id, kit.site_id))
    return kit


def move_kits(by: Any, kits: Sequence[Kit], to: str, document: str) -> None:
    """Move the kits of one site together, all held locked by the caller.

    Raises:
        Refused: the table of states does not list the move of one of them.
    """
    lines = []
    for kit in kits:
        require(KIT_LIFECYCLE.may_move(kit.state, to))
        before, kit.state = kit.state, to
        lines.append(_line(by, kit, before, document))
    bulk.update(kits)
    bulk.create(lines)
    if kits:
        publish(StockChanged(kits[0].study_id, kits[0].site_id))


def _line(by: Any, kit: Kit, before: str, document: str, distribution: Distribution | None = None) -> KitMovement:
    return KitMovement(
        kit=kit,
        distribution=distribution,
        from_state=before,
        to_state=kit.state,
        units=kit.units,
        moved_at=clock.now(),
        moved_by_id=by.pk,
        document=document,
    )

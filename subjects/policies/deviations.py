"""Who records, assesses and closes deviations (ICH E6(R3) 2.5.3, 2.5.4)."""

from typing import Any

from django.utils.translation import gettext as _

from subjects.domain.deviations import DEVIATION_LIFECYCLE, DeviationStatus, Importance
from subjects.domain.permissions import Perm
from subjects.models import Deviation, Subject
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused

from .rights import may_write


def record_deviation(user: Any, record: Subject | Deviation) -> Decision:
    return may_write(user, Perm.CHANGE_DEVIATION, record, _("Your role does not record deviations."))


def _may_assess(user: Any, item: Deviation) -> Decision:
    return may_write(user, Perm.ASSESS_DEVIATION, item, _("The principal investigator assesses deviations."))


def _move(item: Deviation, to: str) -> Decision:
    return DEVIATION_LIFECYCLE.may_move(item.status, to)


def open_deviation(user: Any, item: Deviation) -> Decision:
    return first_refusal(record_deviation(user, item), _move(item, DeviationStatus.OPEN))


def dismiss_deviation(user: Any, item: Deviation) -> Decision:
    return first_refusal(record_deviation(user, item), _move(item, DeviationStatus.DISMISSED))


def assess_deviation(user: Any, item: Deviation) -> Decision:
    return first_refusal(_may_assess(user, item), _move(item, DeviationStatus.ASSESSED))


def upgrade_deviation(user: Any, item: Deviation) -> Decision:
    """Anybody who records deviations, the sponsor's monitor too, may make one major; nobody makes it minor again."""
    minor = ALLOWED if item.importance == Importance.MINOR else refused(_("This is major already."))
    settled = item.status in (DeviationStatus.ASSESSED, DeviationStatus.ACTION)
    assessed = ALLOWED if settled else refused(_("It is assessed first."))
    return first_refusal(record_deviation(user, item), assessed, minor)


def plan_action(user: Any, item: Deviation) -> Decision:
    return first_refusal(record_deviation(user, item), _move(item, DeviationStatus.ACTION))


def close_deviation(user: Any, item: Deviation) -> Decision:
    """A major one is closed by the principal investigator, once the action against its cause is described."""
    if item.importance == Importance.MINOR:
        return first_refusal(record_deviation(user, item), _move(item, DeviationStatus.CLOSED))
    planned = (
        ALLOWED if item.status == DeviationStatus.ACTION else refused(_("A major deviation needs an action first."))
    )
    return first_refusal(_may_assess(user, item), planned)

"""What an event means for the participant's medication order."""

from typing import Any

from django.utils.translation import gettext as _

from medications.domain.orders import HoldReason, OrderStatus
from medications.services import discontinue_order, hold_order
from safety.domain.assessments import ActionTaken
from safety.models import AdverseEvent
from safety.selectors.products import running_order
from trialcrm.core import clock


def follow_action(by: Any, event: AdverseEvent) -> None:
    """Hold the order of a participant whose drug was interrupted, discontinue that of one whose drug was withdrawn.

    Raises:
        Refused: the order's own rules do not allow it.
    """
    order = running_order(by, event.subject)
    if order is None:
        return
    today = clock.today(event.site.time_zone)
    about: dict[str, Any] = {
        "by": by,
        "order": order,
        "reason": _("Adverse event %(event)s: %(term)s") % {"event": event.code, "term": event.event_term},
        "event_id": event.pk,
    }
    if event.action_taken == ActionTaken.INTERRUPTED and order.status != OrderStatus.ON_HOLD:
        hold_order(**about, held_on=today, hold_reason=HoldReason.ADVERSE_EVENT)
    elif event.action_taken == ActionTaken.WITHDRAWN:
        discontinue_order(**about, ended_on=today)

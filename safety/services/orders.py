"""What an event means for the participant's medication order."""

from typing import Any

from django.utils.translation import gettext as _

from safety.domain.assessments import ActionTaken
from safety.models import AdverseEvent, AEAssessment
from trialcrm.core import clock


def follow_action(by: Any, event: AdverseEvent, assessment: AEAssessment) -> None:
    """Hold the order of a participant whose drug was interrupted, discontinue that of one whose drug was withdrawn.

    Raises:
        Refused: the order's own rules do not allow it.
    """
    from medications.selectors import latest_order
    from medications.services import discontinue_order, hold_order

    act = {ActionTaken.INTERRUPTED: hold_order, ActionTaken.WITHDRAWN: discontinue_order}.get(assessment.action_taken)
    order = latest_order(event.subject)
    if act is None or order is None:
        return
    reason = _("Adverse event %(event)s: %(term)s") % {"event": event.code, "term": event.event_term}
    act(by=by, order=order, on=clock.today(event.site.time_zone), reason=reason)

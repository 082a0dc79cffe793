"""What this app does when something happens below it."""

from django.utils.translation import gettext as _

from medications import selectors, services
from medications.domain.orders import HoldReason
from subjects.domain.consent import ConsentStatus
from subjects.domain.participation import ENDED, SubjectState
from subjects.events import ConsentChanged, SubjectChanged
from subjects.selectors import contribute_timeline
from trialcrm.core.events import part_of_fact

#: Nobody in these states takes study medication.
OVER = ENDED | {SubjectState.TREATMENT_DISCONTINUED, SubjectState.FOLLOW_UP}


@part_of_fact(ConsentChanged)
def hold_without_consent(event: ConsentChanged) -> None:
    """No dose without consent: what is being taken is held as part of recording the withdrawal."""
    if event.status == ConsentStatus.WITHDRAWN and selectors.has_open_orders(event.subject_id):
        services.hold_orders_of(
            by=services.PORTAL,
            subject_id=event.subject_id,
            hold_reason=HoldReason.CONSENT,
            reason=_("Consent was withdrawn."),
        )


@part_of_fact(SubjectChanged)
def stop_with_participation(event: SubjectChanged) -> None:
    """Where treatment or participation is over, orders end and kits in hand are awaited."""
    if event.state in OVER and selectors.has_open_orders(event.subject_id):
        words = {"state": str(SubjectState(event.state).label).lower()}
        reason = _("Treatment or participation ended (%(state)s).") % words
        services.stop_orders_of(by=services.PORTAL, subject_id=event.subject_id, reason=reason)


contribute_timeline(selectors.medication_entries)

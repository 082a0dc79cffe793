"""Who sends reports of serious events, and who takes them at the sponsor."""

from typing import Any

from django.utils.translation import gettext as _

from safety.domain.events import CONFIRMED
from safety.domain.permissions import Perm
from safety.models import AdverseEvent, SafetyReport
from subjects.policies import study_takes_entries
from trialcrm.access.asking import holds
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused


def send_report(user: Any, event: AdverseEvent) -> Decision:
    """Every serious event, related or not; also incomplete, because the clock does not wait (ICH E6(R3) 2.7.2)."""
    return first_refusal(
        holds(user, Perm.SEND_REPORT, event, _("Your role does not report to the sponsor.")),
        study_takes_entries(event.study),
        ALLOWED if event.is_serious else refused(_("Only serious events are reported to the sponsor at once.")),
        ALLOWED if event.status in CONFIRMED else refused(_("Confirm the event first.")),
    )


def _may_receive(user: Any, record: Any) -> Decision:
    return holds(user, Perm.RECEIVE_REPORT, record, _("Reports are received by the sponsor's safety staff."))


def receive_report(user: Any, report: SafetyReport) -> Decision:
    once = refused(_("It was received before.")) if report.received_at else ALLOWED
    return first_refusal(_may_receive(user, report), once)


def acknowledge_report(user: Any, report: SafetyReport) -> Decision:
    once = refused(_("It was acknowledged before.")) if report.acknowledged_at else ALLOWED
    return first_refusal(_may_receive(user, report), once)


def assess_as_sponsor(user: Any, event: AdverseEvent) -> Decision:
    """The sponsor judges what was reported; the site's own data stay the site's."""
    reported = ALLOWED if event.reports.exists() else refused(_("Nothing was reported to the sponsor yet."))
    return first_refusal(_may_receive(user, event), reported)

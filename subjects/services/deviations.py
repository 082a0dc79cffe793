"""Recording departures from the protocol, assessing them and closing them."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.deviations import AutomaticRule, Departure, DeviationCategory, DeviationStatus, Importance
from subjects.events import DeviationChanged
from subjects.models import Deviation, Subject
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish
from trialcrm.users.domain.signatures import Meaning, Proof
from trialcrm.users.services import sign

from .identity import refuse_identity_in
from .locking import locked

_RELATED = ("subject", "study", "site")


@recorded("deviation.recorded", gettext_lazy("Deviation recorded"))
def record_deviation(*, by: Any, subject: Subject, departure: Departure, is_certain: bool = True) -> Deviation:
    """Write down a departure from the protocol: open where it is certain, a candidate where it is to be looked at.

    Raises:
        Refused: no description, or impossible dates.
    """
    require(policies.record_deviation(by, subject))
    _require_possible(subject, departure)
    status = DeviationStatus.OPEN if is_certain else DeviationStatus.CANDIDATE
    return _saved(_new(subject, departure, status=status))


@recorded("deviation.proposed", gettext_lazy("Deviation proposed"))
def propose_deviation(
    *,
    by: Any,
    subject: Subject,
    departure: Departure,
    rule: AutomaticRule,
    occurrence: str,
    importance: str = Importance.MINOR,
) -> Deviation | None:
    """Propose what a rule of the portal found; None where it was proposed before. A person opens or dismisses it."""
    require(policies.record_deviation(by, subject))
    if Deviation.objects.filter(rule=rule, occurrence=occurrence).exists():
        return None
    item = _new(subject, departure, status=DeviationStatus.CANDIDATE)
    item.rule, item.occurrence, item.importance = rule, occurrence, importance
    return _saved(item)


def _new(subject: Subject, departure: Departure, status: str) -> Deviation:
    return Deviation(
        subject=subject,
        status=status,
        description=departure.description.strip(),
        category=departure.category,
        starts_on=departure.starts_on,
        ends_on=departure.ends_on,
        discovered_on=departure.discovered_on or clock.today(subject.site.time_zone),
    )


def _require_possible(subject: Subject, departure: Departure) -> None:
    today = clock.today(subject.site.time_zone)
    if not departure.description.strip():
        require(refused(_("Say what happened."), "description"))
    if departure.category not in DeviationCategory.values:
        require(refused(_("Say what kind of departure it is."), "category"))
    for field, on in (("starts_on", departure.starts_on), ("discovered_on", departure.discovered_on)):
        if on and on > today:
            require(refused(_("This date lies in the future."), field))
    if departure.ends_on and departure.ends_on < departure.starts_on:
        require(refused(_("It cannot end before it begins."), "ends_on"))
    refuse_identity_in(subject, description=departure.description)


@recorded("deviation.opened", gettext_lazy("Deviation opened"))
def open_deviation(*, by: Any, deviation: Deviation, departure: Departure) -> Deviation:
    """Confirm that a candidate is a departure, with its facts put right.

    Raises:
        Refused: no description, or impossible dates.
    """
    item = locked(deviation, *_RELATED)
    require(policies.open_deviation(by, item))
    _require_possible(item.subject, departure)
    item.status, item.description, item.category = DeviationStatus.OPEN, departure.description, departure.category
    item.starts_on, item.ends_on = departure.starts_on, departure.ends_on
    item.discovered_on = departure.discovered_on or item.discovered_on
    return _saved(item)


@recorded("deviation.dismissed", gettext_lazy("Deviation dismissed"))
def dismiss_deviation(*, by: Any, deviation: Deviation, reason: str) -> Deviation:
    """Decide that a candidate is no departure; the reason stays."""
    item = locked(deviation, *_RELATED)
    require(policies.dismiss_deviation(by, item))
    if not reason.strip():
        require(refused(_("Say why."), "reason"))
    refuse_identity_in(item.subject, reason=reason)
    item.status, item.dismissed_reason = DeviationStatus.DISMISSED, reason
    return _saved(item)


@recorded("deviation.assessed", gettext_lazy("Deviation assessed"))
def assess_deviation(
    *, by: Any, deviation: Deviation, importance: str, impact: str, immediate_hazard: bool, serious_breach: bool
) -> Deviation:
    """The principal investigator's judgement: how important, with what effect, and whether it is a serious breach.

    Raises:
        Refused: a major deviation without words on its effect, or one that was found to be major made minor.
    """
    item = locked(deviation, *_RELATED)
    require(policies.assess_deviation(by, item))
    if importance not in Importance.values:
        require(refused(_("Say how important it is."), "importance"))
    if importance == Importance.MAJOR and not impact.strip():
        require(refused(_("Describe its effect on safety or data."), "impact"))
    refuse_identity_in(item.subject, impact=impact)
    item.status, item.importance, item.impact = DeviationStatus.ASSESSED, importance, impact
    item.immediate_hazard, item.serious_breach = immediate_hazard, serious_breach
    item.assessed_on, item.assessed_by_id = clock.today(item.site.time_zone), by.pk
    return _saved(item)


@recorded("deviation.upgraded", gettext_lazy("Deviation made major"))
def upgrade_deviation(*, by: Any, deviation: Deviation, reason: str) -> Deviation:
    """Make a minor deviation a major one; the way back does not exist."""
    item = locked(deviation, *_RELATED)
    require(policies.upgrade_deviation(by, item))
    refuse_identity_in(item.subject, reason=reason)
    item.importance = Importance.MAJOR
    return _saved(item)


@recorded("deviation.action-planned", gettext_lazy("Action against a deviation planned"))
def plan_action(
    *, by: Any, deviation: Deviation, root_cause: str, corrective_action: str, action_owner: Any, action_due_on: date
) -> Deviation:
    """Say why it happened and what is done so that it does not happen again, by whom and until when."""
    item = locked(deviation, *_RELATED)
    require(policies.plan_action(by, item))
    for field, text in (("root_cause", root_cause), ("corrective_action", corrective_action)):
        if not text.strip():
            require(refused(_("This is missing."), field))
    refuse_identity_in(item.subject, root_cause=root_cause, corrective_action=corrective_action)
    item.status, item.root_cause, item.corrective_action = DeviationStatus.ACTION, root_cause, corrective_action
    item.action_owner, item.action_due_on = action_owner, action_due_on
    return _saved(item)


@recorded("deviation.closed", gettext_lazy("Deviation closed"))
def close_deviation(*, by: Any, deviation: Deviation, proof: Proof | None = None) -> Deviation:
    """Close it; a major one is signed by the principal investigator.

    Raises:
        Refused: a major deviation without a signature or without an action.
        StaleRecord: it is no longer what was shown.
    """
    item = locked(deviation, *_RELATED)
    require(policies.close_deviation(by, item))
    if item.importance == Importance.MAJOR:
        if proof is None:
            require(refused(_("A major deviation is closed with a signature.")))
        else:
            sign(by=by, record=item, meaning=Meaning.REVIEWED, proof=proof)
    item.status, item.closed_on = DeviationStatus.CLOSED, clock.today(item.site.time_zone)
    return _saved(item)


def _saved(item: Deviation) -> Deviation:
    item.save()
    publish(DeviationChanged(item.study_id, item.site_id, item.subject_id, item.pk, item.status))
    return item

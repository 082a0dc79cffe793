"""The delegation log: a line is proposed, accepted by the delegate, signed by the investigator, and ended."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.team import EntryStatus, Task, tasks_of
from subjects.models import DelegationEntry, Membership
from subjects.services.locking import locked
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.users.domain.signatures import Meaning, Proof
from trialcrm.users.selectors import is_valid, last_signature
from trialcrm.users.services import sign

from .rights import settle_rights

_RELATED = ("membership__user", "membership__study", "membership__site", "membership__subject", "user", "site", "study")


@recorded("delegation.proposed", gettext_lazy("Delegation proposed"))
def propose_entry(
    *,
    by: Any,
    membership: Membership,
    tasks: Iterable[str],
    starts_on: date,
    training: str,
    ends_on: date | None = None,
    title: str = "",
    gcp_trained_on: date | None = None,
) -> DelegationEntry:
    """Write a line of the log: the tasks that a person with a role at a site is to do for the investigator.

    It gives no right before the delegate has accepted it and the investigator has signed it.

    Raises:
        Refused: the role does not do one of the tasks; no evidence of training; dates outside of the role's.
    """
    membership = locked(membership, "user", "study", "site", "subject")
    require(policies.propose_entry(by, membership))
    entry = DelegationEntry(membership=membership)
    _fill(entry, tasks, starts_on, ends_on, title=title, gcp_trained_on=gcp_trained_on, training=training)
    entry.save()
    return entry


@recorded("delegation.changed", gettext_lazy("Delegation changed"))
def change_entry(
    *,
    by: Any,
    entry: DelegationEntry,
    tasks: Iterable[str],
    starts_on: date,
    training: str,
    ends_on: date | None = None,
    title: str = "",
    gcp_trained_on: date | None = None,
    reason: str,
) -> DelegationEntry:
    """Change a line that its delegate has not accepted yet.

    Raises:
        Refused: it was accepted; or as when it is proposed.
    """
    entry = locked(entry, *_RELATED)
    require(policies.change_entry(by, entry))
    _fill(entry, tasks, starts_on, ends_on, title=title, gcp_trained_on=gcp_trained_on, training=training)
    entry.save()
    return entry


def _fill(entry: DelegationEntry, tasks: Iterable[str], starts_on: date, ends_on: date | None, **facts: Any) -> None:
    role = entry.membership
    chosen = sorted(set(tasks))
    wrong = [code for code in chosen if code not in tasks_of(role.role)]
    if not chosen or wrong:
        names = ", ".join(f"{code} {Task(code).label}" if code in Task.values else code for code in wrong)
        words = _("Not for this role: %(tasks)s.") % {"tasks": names} if wrong else _("Choose at least one task.")
        require(refused(words, "tasks"))
    if starts_on < role.starts_on:
        require(refused(_("The role begins later than this."), "starts_on"))
    if ends_on and ends_on < starts_on:
        require(refused(_("This is before the first day."), "ends_on"))
    if not facts["training"].strip():
        require(refused(_("Say where the evidence of training is: delegates are qualified."), "training"))
    entry.tasks, entry.starts_on, entry.ends_on = chosen, starts_on, ends_on
    for name, value in facts.items():
        setattr(entry, name, value)


@recorded("delegation.accepted", gettext_lazy("Delegation accepted"))
def accept_entry(*, by: Any, entry: DelegationEntry, proof: Proof) -> DelegationEntry:
    """Accept tasks with one's signature.

    Raises:
        Refused: it is somebody else's; StaleRecord: it is no longer what was shown.
    """
    entry = locked(entry, *_RELATED)
    require(policies.accept_entry(by, entry))
    sign(by=by, record=entry, meaning=Meaning.ACCEPTED, proof=proof)
    entry.status = EntryStatus.ACCEPTED
    entry.save()
    return entry


@recorded("delegation.signed", gettext_lazy("Delegation signed"))
def authorise_entry(*, by: Any, entry: DelegationEntry, proof: Proof) -> DelegationEntry:
    """Sign a line that its delegate has accepted; its tasks may be done from its first day, at once if that is past.

    Raises:
        Refused: not the investigator, not accepted, or changed since it was accepted; StaleRecord: it is no longer what
            was shown.
    """
    entry = locked(entry, *_RELATED)
    require(policies.authorise_entry(by, entry))
    accepted = last_signature(entry, Meaning.ACCEPTED)
    if accepted is None or not is_valid(accepted, entry):
        require(refused(_("This is no longer what %(person)s accepted.") % {"person": entry.user}))
    sign(by=by, record=entry, meaning=Meaning.AUTHORISED, proof=proof)
    entry.status = EntryStatus.SIGNED
    entry.save()
    settle_rights(entry.membership)
    return entry


@recorded("delegation.ended", gettext_lazy("Delegation ended"))
def end_entry(*, by: Any, entry: DelegationEntry, reason: str) -> DelegationEntry:
    """End a signed line now; its tasks are refused on the delegate's next request.

    Raises:
        Refused: it is one's own, or not in force.
    """
    entry = locked(entry, *_RELATED)
    require(policies.end_entry(by, entry))
    entry.status, entry.ended_at, entry.end_reason = EntryStatus.ENDED, clock.now(), reason
    entry.save()
    settle_rights(entry.membership)
    return entry


@recorded("delegation.withdrawn", gettext_lazy("Delegation withdrawn"))
def withdraw_entry(*, by: Any, entry: DelegationEntry, reason: str) -> DelegationEntry:
    """Take back a line that was never signed.

    Raises:
        Refused: it was signed; end it instead.
    """
    entry = locked(entry, *_RELATED)
    require(policies.withdraw_entry(by, entry))
    entry.status, entry.end_reason = EntryStatus.WITHDRAWN, reason
    entry.save()
    return entry

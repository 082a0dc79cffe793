"""The delegation log: accepted, signed, in force, ended; and the rights that follow it."""

from datetime import timedelta

import pytest

from subjects import services
from subjects.domain.team import Task, tasks_of
from subjects.models import DelegationEntry, Membership
from tests.support.cast import BEGAN, BUILDER
from tests.support.days import in_days
from tests.support.signing import proof_for
from trialcrm.access.roles import Role
from trialcrm.access.scope import scope_of
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, StaleRecord
from trialcrm.users.domain.signatures import Meaning
from trialcrm.users.selectors import signatures_of

CORAS = ("T01", "T04", "T05", "T08", "T10", "T13", "T14")


@pytest.fixture
def cora(trial):
    """Somebody who is coordinator at the site since long, with nothing delegated."""
    services.give_role(
        by=trial.investigator,
        user=trial.stranger,
        role=Role.CRC,
        study=trial.study,
        site=trial.site,
        starts_on=BEGAN,
    )
    return trial.stranger


def membership_of(person):
    return Membership.objects.select_related("user", "study", "site").get(user=person)


def propose(trial, person, tasks=CORAS, *, by=None, **facts):
    given = {"starts_on": trial.today(), "training": "Site file 3.1", **facts}
    return services.propose_entry(by=by or trial.investigator, membership=membership_of(person), tasks=tasks, **given)


def accept(entry):
    return services.accept_entry(by=entry.user, entry=entry, proof=proof_for(entry.user, entry))


def sign(trial, entry, by=None):
    by = by or trial.investigator
    return services.authorise_entry(by=by, entry=entry, proof=proof_for(by, entry))


def may(person, trial, permission):
    return scope_of(person).may(permission, trial.site)


def test_start_up_of_a_coordinator(trial, cora):
    assert may(cora, trial, "view_subject")
    assert not may(cora, trial, "change_consent")
    entry = propose(trial, cora)
    assert not may(cora, trial, "change_consent")
    entry = accept(entry)
    assert not may(cora, trial, "change_consent")
    entry = sign(trial, entry)
    for permission in ("change_consent", "change_visit", "change_subject", "change_deviation"):
        assert may(cora, trial, permission)
    assert not may(cora, trial, "randomise_subject")
    shown = [(item.signature.printed_name, item.signature.meaning, item.changes) for item in signatures_of(entry)]
    assert shown == [("Stan Ivers", Meaning.ACCEPTED, []), ("Dr Hana Ito", Meaning.AUTHORISED, [])]
    ended = services.end_entry(by=trial.investigator, entry=entry, reason="Moves to another department.")
    assert not may(cora, trial, "change_consent")
    assert may(cora, trial, "view_subject")
    assert [item.changes for item in signatures_of(ended)] == [[], []]


def test_a_delegation_gives_rights_from_its_first_day_to_its_last(trial, cora):
    first, last = trial.today() + timedelta(days=3), trial.today() + timedelta(days=5)
    sign(trial, accept(propose(trial, cora, starts_on=first, ends_on=last)))
    for days, expected in ((0, False), (4, True), (7, False)):
        with clock.frozen(in_days(days)):
            assert may(cora, trial, "change_visit") is expected


def test_two_lines_for_one_task_do_not_disturb_each_other(trial, cora):
    first = sign(trial, accept(propose(trial, cora, tasks=["T04"])))
    sign(trial, accept(propose(trial, cora, tasks=["T04", "T05"])))
    services.end_entry(by=trial.investigator, entry=first, reason="Replaced by the newer line.")
    assert may(cora, trial, "change_visit")
    assert may(cora, trial, "change_subject")


def test_a_task_adds_nothing_that_the_role_does_not_do(trial):
    assert may(trial.pharmacist, trial, "dispense_kit") == ("dispense_kit" in scope_of(trial.pharmacist).sites)
    assert not may(trial.pharmacist, trial, "change_visit")
    with pytest.raises(Refused, match="Not for this role: T02"):
        propose(trial, trial.coordinator, tasks=["T02"])
    with pytest.raises(Refused, match="T99"):
        propose(trial, trial.subinvestigator, tasks=["T99"])


def test_the_investigator_has_every_task_by_the_role(trial):
    assert may(trial.investigator, trial, "sign_delegationentry")
    assert may(trial.investigator, trial, "confirm_eligibility")
    with pytest.raises(Refused, match="nothing by delegation"):
        propose(trial, trial.investigator, by=BUILDER)


def test_the_investigator_alone_signs_and_only_what_was_accepted(trial, cora):
    entry = propose(trial, cora)
    with pytest.raises(Refused, match="has not accepted"):
        sign(trial, entry)
    entry = accept(entry)
    for part in ("subinvestigator", "coordinator", "manager", "other_investigator"):
        with pytest.raises(Refused):
            sign(trial, entry, by=getattr(trial, part))
    sign(trial, entry)


def test_nobody_accepts_for_somebody_else(trial, cora):
    entry = propose(trial, cora)
    with pytest.raises(Refused, match="Only the person"):
        services.accept_entry(by=trial.coordinator, entry=entry, proof=proof_for(trial.coordinator, entry))


def test_what_changed_while_it_was_open_is_not_accepted(trial, cora):
    entry = propose(trial, cora)
    seen = proof_for(cora, entry)
    services.change_entry(
        by=trial.investigator,
        entry=entry,
        tasks=["T04"],
        starts_on=trial.today(),
        training="Site file 3.2",
        reason="Fewer tasks than planned.",
    )
    with pytest.raises(StaleRecord):
        services.accept_entry(by=cora, entry=entry, proof=seen)


def test_nobody_delegates_to_themselves_or_ends_their_own(trial, cora):
    with pytest.raises(Refused, match="Nobody delegates to themselves"):
        propose(trial, trial.coordinator, by=trial.coordinator)
    own = DelegationEntry.objects.get(user=trial.coordinator)
    with pytest.raises(Refused, match="own rights"):
        services.end_entry(by=trial.coordinator, entry=own, reason="I would rather not.")


def test_whoever_keeps_the_log_by_delegation_writes_it(trial, cora):
    assert propose(trial, cora, by=trial.coordinator).status == "proposed"
    with pytest.raises(Refused, match="delegation log is kept"):
        propose(trial, cora, by=trial.subinvestigator)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"training": " "}, "evidence of training"),
        ({"tasks": []}, "at least one"),
        ({"starts_on": BEGAN - timedelta(days=1)}, "begins later"),
        ({"starts_on": BEGAN, "ends_on": BEGAN - timedelta(days=1)}, "before the first day"),
    ],
)
def test_a_line_is_complete_and_in_order(trial, cora, facts, words):
    with pytest.raises(Refused, match=words):
        propose(trial, cora, **facts)


def test_a_line_that_was_never_signed_is_withdrawn_and_not_ended(trial, cora):
    entry = propose(trial, cora)
    with pytest.raises(Refused):
        services.end_entry(by=trial.investigator, entry=entry, reason="Written by mistake.")
    entry = services.withdraw_entry(by=trial.investigator, entry=entry, reason="Written by mistake.")
    with pytest.raises(Refused):
        accept(entry)


def test_every_step_is_in_the_log(trial, cora):
    entry = sign(trial, accept(propose(trial, cora)))
    services.end_entry(by=trial.investigator, entry=entry, reason="Moves to another department.")
    steps = AuditLog.objects.filter(entity_id=str(entry.pk), outcome="done").order_by("id")
    names = ["proposed", "accepted", "signed", "ended"]
    assert [step.action for step in steps] == [f"delegation.{name}" for name in names]


def test_every_delegated_role_has_its_tasks():
    assert {role for role in Role if tasks_of(role)} == {Role.CRC, Role.SUBI, Role.PHARM, Role.UPHARM}
    assert not any(Task.OVERSIGHT in tasks_of(role) for role in Role)


def test_a_colleague_who_looks_after_one_participant_accepts_their_line_too(trial):
    """They see neither the site nor its other signatures; what they signed themselves is theirs to see."""
    subject = trial.registered()
    services.give_role(
        by=trial.investigator,
        user=trial.stranger,
        role=Role.SUBI,
        study=trial.study,
        site=trial.site,
        subject=subject,
        starts_on=BEGAN,
    )
    sign(trial, accept(propose(trial, trial.stranger, ("T01", "T04"))))
    scope = scope_of(trial.stranger)
    assert scope.may("change_visit", subject)
    assert not scope.may("change_visit", trial.site)

"""Programs that read a study: who lets them in, what they may, and what they never do."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.test import Client

from subjects import services
from subjects.domain.permissions import Perm
from subjects.models import Membership, SubjectIdentity, SubjectNote
from tests.support.api import Caller
from tests.support.cast import BUILDER, PASSWORD, Trial
from trialcrm.access import grants
from trialcrm.access.roles import SERVICE_ROLES, Role, permissions_of
from trialcrm.access.scope import scope_of
from trialcrm.api.domain.tokens import Verb
from trialcrm.api.models import Token
from trialcrm.api.services.tokens import authenticate, create_token, issue_token, make_service_account, revoke_token
from trialcrm.audit import context
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock
from trialcrm.core.decisions import Refused
from trialcrm.users.domain.signatures import Meaning, Proof
from trialcrm.users.models import User
from trialcrm.users.selectors import is_identified, may_come_by_single_sign_on
from trialcrm.users.services import create_service_account, sign

pytestmark = pytest.mark.django_db


def made(trial: Trial, **facts: Any) -> Token:
    given = {
        "by": trial.manager,
        "study": trial.study,
        "account_name": "Nightly export",
        "role": Role.INSP,
        "name": "first",
        "expires_on": clock.today("UTC") + timedelta(days=30),
    }
    return make_service_account(**{**given, **facts})


def another_study(trial: Trial, by: Any = BUILDER) -> Any:
    facts = {"protocol_id": "TEST-09", "title": "Another", "short_title": "Another", "sponsor_name": "Sponsor"}
    return services.create_study(by=by, **facts)


def test_a_program_reads_the_whole_study_coded(trial: Trial) -> None:
    subjects = {trial.registered().pk, trial.registered(site=trial.other_site).pk}
    token = made(trial)

    with context.request():
        found = authenticate(token.secret)
        assert found is not None
        scope = scope_of(found.owner)
        assert scope.site_ids(Perm.VIEW_SUBJECT) == {trial.site.pk, trial.other_site.pk}
        assert not SubjectIdentity.objects.visible_to(found.owner).filter(subject__in=subjects).exists()
        assert not SubjectNote.objects.visible_to(found.owner).exists()
    assert found.verbs == [Verb.READ]


def test_no_role_of_a_program_sees_who_participants_are_or_what_they_are_given() -> None:
    never = {Perm.VIEW_IDENTITY, Perm.VIEW_TREATMENT, Perm.CHANGE_MEMBERSHIP}
    assert [role for role in SERVICE_ROLES if never & permissions_of(role)] == []


def test_whoever_made_it_answers_for_it_and_is_named(trial: Trial) -> None:
    account = made(trial).owner
    membership = Membership.objects.get(user=account)

    assert (account.is_service, account.answered_by, account.name) == (True, trial.manager, "Nightly export")
    assert (membership.study, membership.site, membership.approved_by) == (trial.study, None, trial.manager)
    assert is_identified(account)


def test_making_one_is_one_act_of_the_study_with_everything_in_it(trial: Trial) -> None:
    token = made(trial)
    membership = Membership.objects.get(user=token.owner)

    row = AuditLog.objects.get(action="service-account.made")
    assert (row.study_id, row.actor_id, row.entity_id) == (trial.study.pk, trial.manager.pk, str(membership.pk))
    actions = set(AuditLog.objects.filter(actor_id=trial.manager.pk).values_list("action", flat=True))
    assert actions >= {"account.service-created", "membership.given", "service-account.made"}
    assert token.secret not in str(list(AuditLog.objects.values_list("payload", "summary")))


def test_what_is_refused_leaves_no_account_behind(trial: Trial) -> None:
    accounts = User.objects.count()
    for wrong in (
        {"name": " "},
        {"account_name": " "},
        {"verbs": []},
        {"expires_on": date(2099, 1, 1)},
    ):
        with pytest.raises(Refused) as refusal:
            made(trial, **wrong)
        assert refusal.value.field == next(iter(wrong))
    assert User.objects.count() == accounts


@pytest.mark.parametrize("part", ["coordinator", "investigator", "monitor", "inspector", "operator", "stranger"])
def test_only_whoever_gives_roles_in_the_whole_study_makes_one(trial: Trial, part: str) -> None:
    with pytest.raises(Refused, match="Only the investigator or the study manager"):
        made(trial, by=getattr(trial, part))


def test_the_manager_of_another_study_makes_none_here(trial: Trial) -> None:
    another_study(trial, by=trial.stranger)
    assert scope_of(trial.stranger).anywhere(Perm.CHANGE_MEMBERSHIP)
    with pytest.raises(Refused):
        made(trial, by=trial.stranger)


@pytest.mark.parametrize("role", sorted(set(Role) - SERVICE_ROLES))
def test_a_program_gets_no_other_role(trial: Trial, role: str) -> None:
    with pytest.raises(Refused, match="coded data only"):
        made(trial, role=role)


def test_a_program_that_is_there_gets_no_other_role_by_any_way(trial: Trial) -> None:
    account = made(trial, role=Role.CRA).owner
    today = clock.today("UTC")
    with pytest.raises(Refused, match="coded data of one study"):
        services.give_role(by=BUILDER, user=account, role=Role.SPMGR, study=trial.study, starts_on=today)
    with pytest.raises(Refused, match="coded data of one study"):
        services.give_role(by=BUILDER, user=account, role=Role.CRA, study=another_study(trial), starts_on=today)
    with pytest.raises(Refused, match="coded data of one study"):
        grants.settle(account, trial.site, [grants.Window(Role.INSP, clock.now())])

    assert scope_of(account).all_roles() == {Role.CRA}


# --- its tokens -------------------------------------------------------------------------------------------------------


def test_another_token_is_made_and_the_old_one_revoked_by_whoever_gives_roles(trial: Trial) -> None:
    first = made(trial)
    until = clock.today("UTC") + timedelta(days=300)
    facts = {"study": trial.study, "account": first.owner, "name": "second", "expires_on": until}
    second = issue_token(by=trial.manager, **facts)
    revoke_token(by=trial.manager, token=first, reason="Replaced")

    with context.request():
        assert authenticate(first.secret) is None
        assert authenticate(second.secret)
    with pytest.raises(Refused):
        issue_token(by=trial.monitor, **facts)
    with pytest.raises(Refused):
        revoke_token(by=trial.investigator, token=second)


def test_a_token_of_a_person_is_not_issued_as_that_of_a_program(trial: Trial) -> None:
    with pytest.raises(Refused, match="no service account of this study"):
        issue_token(
            by=trial.manager,
            study=trial.study,
            account=trial.monitor,
            name="not mine",
            expires_on=clock.today("UTC") + timedelta(days=30),
        )


def test_what_a_program_does_names_its_token_in_the_trail(trial: Trial) -> None:
    token = made(trial)
    with context.request():
        assert authenticate(token.secret)
        with pytest.raises(Refused, match="makes no tokens"):
            create_token(by=token.owner, name="more", verbs=["read"], expires_on=clock.today("UTC"))

    row = AuditLog.objects.get(action="token.made", outcome="refused")
    assert (row.actor_name, row.payload["token"]) == ("Nightly export", f"first · {token.hint}…")


def test_a_program_whose_role_has_ended_sees_nothing(trial: Trial) -> None:
    token = made(trial)
    held = Membership.objects.get(user=token.owner)
    tomorrow = clock.now() + timedelta(days=1)
    services.end_role(by=trial.manager, membership=held, ends_on=held.starts_on, reason="The export is over")

    with clock.frozen(tomorrow), context.request():
        assert authenticate(token.secret)
        assert not scope_of(token.owner).studies


@pytest.mark.parametrize("verb", sorted(set(Verb) - {Verb.READ}))
def test_tokens_of_programs_only_read_however_they_are_made(trial: Trial, verb: str) -> None:
    account = made(trial).owner
    facts = {"study": trial.study, "account": account, "name": "wider", "expires_on": clock.today("UTC")}
    with pytest.raises(Refused, match="only reads") as refusal:
        issue_token(by=trial.manager, **facts, verbs=[Verb.READ, verb])
    assert refusal.value.field == "verbs"
    with pytest.raises(Refused, match="only reads") as refusal:
        made(trial, verbs=[verb])
    assert refusal.value.field == "verbs"
    assert [token.verbs for token in Token.objects.filter(owner=account)] == [[Verb.READ]]


@pytest.mark.parametrize(("role", "name"), [(Role.CRA, "deviations"), (Role.INSP, "visits")])
def test_a_token_of_a_program_that_was_made_for_more_only_reads(trial: Trial, role: Role, name: str) -> None:
    """A monitor records deviations, which whoever makes a program for that role may not."""
    token = made(trial, role=role)
    QuerySet(Token).filter(pk=token.pk).update(verbs=list(Verb))
    program = Caller(token=token.secret)

    assert program.get(name).status_code == 200
    refusal = program.post(name, {})
    assert (refusal.status_code, refusal.json()["detail"]) == (403, "A service account only reads.")


# --- what it never does -----------------------------------------------------------------------------------------------


def test_a_program_signs_nothing(trial: Trial) -> None:
    account = made(trial).owner
    with pytest.raises(Refused, match="a signature is a person's own"):
        sign(by=account, record=trial.study, meaning=Meaning.REVIEWED, proof=Proof(account.pk, "password", ""))


def test_a_program_makes_no_other(trial: Trial) -> None:
    account = made(trial).owner
    with pytest.raises(Refused, match="makes no accounts"):
        create_service_account(by=account, name="Another")
    with pytest.raises(Refused, match="makes no other"):
        made(trial, by=account)


def test_a_program_has_no_password_to_sign_in_with(trial: Trial, client: Client) -> None:
    account = made(trial).owner
    assert not account.has_usable_password()
    assert client.post("/account/login/", {"login": account.email, "password": ""}).status_code == 422
    assert client.post("/account/login/", {"login": account.email, "password": PASSWORD}).status_code == 422
    assert not client.session.get("_auth_user_id")


def test_the_database_gives_a_program_no_password_and_no_way_without_somebody_who_answers(trial: Trial) -> None:
    account = made(trial).owner
    usable = User(password="x")
    usable.set_password(PASSWORD)
    wrongs = ({"password": usable.password}, {"answered_by_id": None}, {"is_operator": True})
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            _past_the_trail(account, **wrong)


def _past_the_trail(account: User, **values: Any) -> None:
    QuerySet(User).filter(pk=account.pk).update(**values)


def test_no_mail_offers_a_program_a_new_password(trial: Trial, client: Client, mailoutbox: list[Any]) -> None:
    account = made(trial).owner
    answer = client.post("/account/password/reset/", {"email": account.email})
    unknown = client.post("/account/password/reset/", {"email": "nobody@trial.test"})

    assert (answer.status_code, answer.headers.get("Location")) == (
        unknown.status_code,
        unknown.headers.get("Location"),
    )
    assert [mail.to for mail in mailoutbox if account.email in mail.to and "password/reset/key" in mail.body] == []


def test_single_sign_on_lets_no_program_in(trial: Trial) -> None:
    assert not may_come_by_single_sign_on(made(trial).owner)


def test_a_session_of_a_program_is_over_however_it_came_about(trial: Trial, client: Client) -> None:
    client.force_login(made(trial).owner)
    response = client.get("/account/")

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/login/")
    assert not client.session.get("_auth_user_id")

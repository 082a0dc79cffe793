"""Tokens of one's own: made, shown once, let in, limited, refused, revoked."""

import logging
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from subjects import services
from subjects.domain.notes import NoteType
from subjects.domain.permissions import Perm
from subjects.models import Subject
from tests.support.cast import Trial
from trialcrm.access import grants
from trialcrm.access.roles import Role
from trialcrm.access.scope import scope_of
from trialcrm.api import policies
from trialcrm.api.domain.tokens import State, Verb, is_secret
from trialcrm.api.models import Token
from trialcrm.api.services.tokens import authenticate, create_token, revoke_own_tokens, revoke_token
from trialcrm.audit import context
from trialcrm.audit.models import AuditLog, LedgerEntry
from trialcrm.core import clock
from trialcrm.core.decisions import Refused
from trialcrm.core.ids import new_id
from trialcrm.users.models import User
from trialcrm.users.services import deactivate_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_under_way() -> Iterator[None]:
    with context.request():
        yield


def in_a_month() -> date:
    return clock.today("UTC") + timedelta(days=30)


def made(by: User, **facts: Any) -> Token:
    return create_token(by=by, **{"name": "Nightly export", "verbs": ["read"], "expires_on": in_a_month(), **facts})


def shown(token: Token) -> Token | None:
    with context.request():
        return authenticate(token.secret)


# --- the secret -------------------------------------------------------------------------------------------------------


def test_the_secret_is_there_once_and_lets_its_owner_in(trial: Trial) -> None:
    token = made(trial.coordinator)

    assert is_secret(token.secret)
    assert token.secret.startswith(token.hint)
    assert Token.objects.get(pk=token.pk).secret == ""
    found = shown(token)
    assert found is not None
    assert found.owner == trial.coordinator


def test_no_two_secrets_are_alike(trial: Trial) -> None:
    assert len({made(trial.coordinator).secret for _number in range(5)}) == 5


def test_the_secret_is_stored_nowhere_and_its_digest_only_once(trial: Trial, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        token = made(trial.coordinator)
        assert shown(token)
        revoke_token(by=trial.coordinator, token=token, reason="No longer needed")

    rest = token.secret.removeprefix(token.hint)
    tables = [name for name in connection.introspection.table_names() if name.startswith(("api_", "audit_"))]
    kept = [repr(_rows(table)) for table in tables]
    assert rest not in "".join(kept)
    assert rest not in caplog.text
    assert [table for table, text in zip(tables, kept, strict=True) if token.digest in text] == ["api_token"]


def _rows(table: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 (our own tables)
        return list(cursor.fetchall())


def test_what_a_token_is_called_does_not_enter_the_log(trial: Trial) -> None:
    token = made(trial.coordinator, name="For Grace Okafor")

    row = AuditLog.objects.get(action="token.made", entity_id=str(token.pk))
    assert "Grace" not in f"{row.summary} {row.payload}"
    assert row.summary == f"Token made: {token.hint}…"


# --- what it takes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "  "}, "name"),
        ({"verbs": []}, "verbs"),
        ({"verbs": ["read", "rule"]}, "verbs"),
        ({"study_ids": [uuid.UUID(int=1)]}, "study_ids"),
        ({"site_ids": [uuid.UUID(int=1)]}, "site_ids"),
    ],
)
def test_a_token_needs_a_name_verbs_and_places_of_its_owner(trial: Trial, facts: Any, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        made(trial.coordinator, **facts)
    assert refusal.value.field == field


def test_a_site_where_the_owner_has_no_role_is_refused(trial: Trial) -> None:
    with pytest.raises(Refused, match="no role at one of these sites"):
        made(trial.coordinator, site_ids=[trial.other_site.pk])


@pytest.mark.parametrize(("days", "words"), [(-1, "This day is over"), (366, "a year at most")])
def test_a_token_ends_within_a_year(trial: Trial, days: int, words: str) -> None:
    today = clock.today("UTC")
    with pytest.raises(Refused, match=words):
        made(trial.coordinator, expires_on=today + timedelta(days=days))
    assert made(trial.coordinator, expires_on=today).is_usable
    assert made(trial.coordinator, expires_on=today + timedelta(days=365)).is_usable


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"digest": "a secret"},
        {"verbs": []},
        {"verbs": ["rule"]},
        {"expires_at": datetime(2099, 1, 1, tzinfo=None).astimezone()},
        {"revoked_reason": "Leaked"},
    ],
    ids="-".join,
)
def test_the_database_refuses_what_breaks_a_rule(trial: Trial, wrong: dict[str, Any]) -> None:
    token = made(trial.coordinator)
    column, value = next(iter(wrong.items()))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE api_token SET {column} = %s WHERE id = %s", [value, token.pk])  # noqa: S608


# --- letting in -------------------------------------------------------------------------------------------------------


def test_unknown_and_malformed_secrets_let_nobody_in(trial: Trial, request_under_way: None) -> None:
    made(trial.coordinator)
    for secret in ("", "Bearer", "trialcrm_" + "x" * 43, "trialcrm_" + "\0" * 43, "x" * 10_000):
        assert authenticate(secret) is None


def test_an_expired_token_lets_nobody_in(trial: Trial) -> None:
    token = made(trial.coordinator)
    with clock.frozen(token.expires_at - timedelta(seconds=1)):
        assert shown(token)
    with clock.frozen(token.expires_at):
        assert shown(token) is None
        assert Token.objects.get(pk=token.pk).state == State.EXPIRED


def test_a_revoked_token_lets_nobody_in(trial: Trial) -> None:
    token = made(trial.coordinator)
    revoke_token(by=trial.coordinator, token=token)
    assert shown(token) is None


def test_the_token_of_a_closed_account_lets_nobody_in(trial: Trial) -> None:
    token = made(trial.coordinator)
    deactivate_account(by=trial.operator, user=trial.coordinator, reason="Has left the hospital")
    assert shown(token) is None


def test_showing_a_dead_token_is_logged_once_a_minute(trial: Trial) -> None:
    token = made(trial.coordinator)
    revoke_token(by=trial.coordinator, token=token)
    now = clock.now()
    for later in (0, 30, 59, 61):
        with clock.frozen(now + timedelta(seconds=later)):
            shown(token)

    rows = AuditLog.objects.filter(action="token.refused", entity_id=str(token.pk))
    assert [row.payload["why"] for row in rows] == ["revoked", "revoked"]
    assert {row.actor_id for row in rows} == {None}


def test_the_last_use_is_written_once_a_minute_and_is_no_part_of_the_history(trial: Trial) -> None:
    token = made(trial.coordinator)
    now, versions, entries = clock.now(), token.history.count(), LedgerEntry.objects.count()
    for later, seen in ((0, 0), (59, 0), (60, 60)):
        with clock.frozen(now + timedelta(seconds=later)):
            shown(token)
        assert Token.objects.get(pk=token.pk).last_used_at == now + timedelta(seconds=seen)

    assert (token.history.count(), LedgerEntry.objects.count()) == (versions, entries)


def test_letting_in_takes_two_queries_and_one_within_the_minute(trial: Trial, django_assert_num_queries: Any) -> None:
    token = made(trial.coordinator)
    with django_assert_num_queries(2):
        shown(token)
    with django_assert_num_queries(1):
        shown(token)


def test_nobody_is_let_in_where_nothing_would_hold_the_limit(trial: Trial) -> None:
    token = made(trial.coordinator)
    with pytest.raises(LookupError):
        authenticate(token.secret)


# --- the limit --------------------------------------------------------------------------------------------------------


def test_a_token_reaches_less_than_its_owner(trial: Trial, request_under_way: None) -> None:
    here, _there = trial.registered(), trial.registered(site=trial.other_site)
    token = made(trial.monitor, site_ids=[trial.site.pk])

    authenticate(token.secret)

    assert list(Subject.objects.visible_to(token.owner)) == [here]
    assert not scope_of(trial.monitor).may(Perm.VIEW_SITE, trial.other_site)


def test_a_token_never_reaches_more_than_its_owner_does_by_now(trial: Trial, request_under_way: None) -> None:
    subject = trial.registered()
    token = made(trial.coordinator, site_ids=[trial.site.pk], verbs=Verb.values)
    grants.dismiss(trial.coordinator, Role.CRC, trial.site, ends_at=clock.now())

    authenticate(token.secret)

    assert not Subject.objects.visible_to(trial.coordinator).filter(pk=subject.pk).exists()


def test_a_refused_act_does_not_lift_the_limit(trial: Trial, request_under_way: None) -> None:
    token = made(trial.monitor, site_ids=[trial.site.pk])
    authenticate(token.secret)
    with pytest.raises(Refused):
        revoke_token(by=token.owner, token=made(trial.coordinator))

    assert scope_of(trial.monitor).site_ids(Perm.VIEW_VISIT) == {trial.site.pk}


def test_sites_belong_to_the_studies_that_are_chosen(trial: Trial) -> None:
    other = services.create_study(
        by=trial.manager, protocol_id="TEST-09", title="Another", short_title="Another", sponsor_name="Sponsor"
    )
    assert made(trial.manager, study_ids=[trial.study.pk], site_ids=[trial.site.pk]).limit.sites == {trial.site.pk}
    with pytest.raises(Refused, match="belongs to a study that is not chosen"):
        made(trial.manager, study_ids=[other.pk], site_ids=[trial.site.pk])


def test_a_participants_token_reaches_what_is_their_own(trial: Trial, request_under_way: None) -> None:
    mine, other = trial.registered(), trial.registered(full_name="Ada Obi")
    grants.enrol(trial.stranger, Role.PART, mine)
    token = made(trial.stranger, study_ids=[trial.study.pk])

    authenticate(token.secret)

    assert scope_of(trial.stranger).may(Perm.OWN_VISITS, mine)
    assert not scope_of(trial.stranger).may(Perm.OWN_VISITS, other)
    assert not Subject.objects.visible_to(trial.stranger).exists()


def test_a_token_may_what_it_was_made_for(trial: Trial) -> None:
    token = made(trial.coordinator, verbs=["create", "read"])

    assert policies.may(token, Verb.READ).allowed
    refusal = policies.may(token, Verb.ACT)
    assert not refusal.allowed
    assert "Carry out steps" in str(refusal.reason)
    assert "Read records, Create records" in str(refusal.reason)


# --- the trail --------------------------------------------------------------------------------------------------------


def test_acts_and_refusals_through_a_token_say_so(trial: Trial, request_under_way: None) -> None:
    subject = trial.registered()
    token = made(trial.coordinator, name="For Grace Okafor", verbs=Verb.values)
    authenticate(token.secret)
    services.write_note(by=token.owner, subject=subject, note_type=NoteType.CALL, note_text="Called")
    with pytest.raises(Refused):
        services.write_note(by=token.owner, subject=subject, note_type="", note_text="Called")

    rows = AuditLog.objects.filter(action="note.written")
    assert [row.payload["token"] for row in rows] == [f"{token.hint}…"] * 2


def test_what_is_done_without_a_token_says_nothing_of_one(trial: Trial) -> None:
    made(trial.coordinator)
    assert "token" not in AuditLog.objects.latest("id").payload


# --- revoking ---------------------------------------------------------------------------------------------------------


def test_a_token_is_revoked_once_by_its_owner_with_the_reason_kept(trial: Trial) -> None:
    token = revoke_token(by=trial.coordinator, token=made(trial.coordinator), reason="Was in a public file")

    assert (token.state, token.revoked_reason) == (State.REVOKED, "Was in a public file")
    with pytest.raises(Refused, match="revoked already"):
        revoke_token(by=trial.coordinator, token=token)


@pytest.mark.parametrize("part", ["investigator", "manager", "operator"])
def test_nobody_revokes_somebody_elses_token(trial: Trial, part: str) -> None:
    with pytest.raises(Refused, match="somebody else's"):
        revoke_token(by=getattr(trial, part), token=made(trial.coordinator))


def test_all_of_ones_own_tokens_are_revoked_at_once_and_nobody_elses(trial: Trial) -> None:
    mine, theirs = [made(trial.coordinator), made(trial.coordinator)], made(trial.monitor)
    revoke_own_tokens(by=trial.coordinator, reason="Lost my laptop")

    assert [shown(token) for token in mine] == [None, None]
    assert shown(theirs)


def test_a_token_has_no_id_that_can_be_guessed_from_its_neighbour(trial: Trial) -> None:
    assert made(trial.coordinator).pk.version == new_id().version

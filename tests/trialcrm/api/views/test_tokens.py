"""The pages on which people make, read and revoke tokens, their own and those of programs."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from subjects import services
from tests.support.cast import PASSWORD, Trial
from trialcrm.access import grants
from trialcrm.access.roles import Role
from trialcrm.api.models import Token
from trialcrm.api.services.tokens import authenticate, create_token, make_service_account, revoke_token
from trialcrm.audit import context
from trialcrm.core import clock
from trialcrm.users.models import User

pytestmark = pytest.mark.django_db
LIST, NEW, REVOKE_ALL = "/account/tokens/", "/account/tokens/new/", "/account/tokens/revoke-all/"


def until(days: int = 30) -> date:
    return clock.today("UTC") + timedelta(days=days)


def made(by: User, **facts: Any) -> Token:
    return create_token(by=by, **{"name": "Nightly export", "verbs": ["read"], "expires_on": until(), **facts})


def program(trial: Trial) -> Token:
    return make_service_account(
        by=trial.manager,
        study=trial.study,
        account_name="Export program",
        role=Role.INSP,
        name="first",
        expires_on=until(),
    )


def signed_in(client: Client, person: User) -> Client:
    """With the password shown again, which making a token asks for."""
    client.force_login(person)
    client.post(f"/account/reauthenticate/?next={LIST}", {"password": PASSWORD})
    return client


def text(response: Any) -> str:
    return response.content.decode()


def secret_in(response: Any) -> str:
    found = re.search(r'value="(trialcrm_[\w-]{43})"', text(response))
    return found[1] if found else ""


def lets_in(secret: str) -> bool:
    with context.request():
        return authenticate(secret) is not None


# --- one's own --------------------------------------------------------------------------------------------------------


def test_a_token_is_made_and_its_secret_shown_this_once(trial: Trial, client: Client) -> None:
    signed_in(client, trial.coordinator)
    sent = {"name": "My export", "verbs": ["read", "act"], "expires_on": until(), "site_ids": [trial.site.pk]}
    response = client.post(NEW, sent)

    secret = secret_in(response)
    assert response.status_code == 200
    assert lets_in(secret)
    assert "no-store" in response["Cache-Control"]
    token = Token.objects.get(owner=trial.coordinator)
    assert (token.verbs, token.site_ids, token.study_ids) == (["read", "act"], [trial.site.pk], [])
    listed = text(client.get(LIST))
    assert "My export" in listed
    assert token.hint in listed
    assert secret.removeprefix(token.hint) not in listed
    assert secret not in str(dict(client.session))


def test_whoever_finds_an_open_browser_is_asked_for_the_password_first(trial: Trial, client: Client) -> None:
    client.force_login(trial.coordinator)
    response = client.post(NEW, {"name": "Not mine", "verbs": ["read"], "expires_on": until()})

    assert response.status_code == 302
    assert response["Location"].startswith("/account/reauthenticate/")
    assert not Token.objects.filter(owner=trial.coordinator).exists()
    assert client.post(response["Location"], {"password": "not the password"}).status_code == 422
    response = client.post(response["Location"], {"password": PASSWORD})
    assert lets_in(secret_in(response))


@pytest.mark.parametrize("wrong", [{"name": ""}, {"verbs": []}, {"expires_on": "2099-01-01"}, {"site_ids": ["x"]}])
def test_what_is_wrong_comes_back_at_its_field(trial: Trial, client: Client, wrong: dict[str, Any]) -> None:
    signed_in(client, trial.coordinator)
    sent = {"name": "My export", "verbs": ["read"], "expires_on": until(), **wrong}
    response = client.post(NEW, sent)

    assert response.status_code == 422
    assert next(iter(wrong)) in response.context["form"].errors
    assert not Token.objects.filter(owner=trial.coordinator).exists()


def test_only_places_where_one_has_a_role_are_offered(trial: Trial, client: Client) -> None:
    client.force_login(trial.coordinator)
    fields = client.get(NEW).context["form"].fields
    assert [value for value, _label in fields["site_ids"].choices] == [str(trial.site.pk)]

    client.force_login(trial.stranger)
    assert "site_ids" not in client.get(NEW).context["form"].fields


def test_a_participant_makes_one_for_what_is_their_own(trial: Trial, client: Client) -> None:
    subject = trial.registered()
    grants.enrol(trial.stranger, Role.PART, subject)
    signed_in(client, trial.stranger)
    response = client.post(NEW, {"name": "App on my phone", "verbs": ["read"], "expires_on": until()})

    assert lets_in(secret_in(response))
    assert "App on my phone" in text(client.get(LIST))


def test_the_list_says_what_is_valid_expiring_expired_and_revoked(trial: Trial, client: Client) -> None:
    made(trial.coordinator, name="fresh", expires_on=until(200), study_ids=[trial.study.pk], site_ids=[trial.site.pk])
    made(trial.coordinator, name="ending", expires_on=until(5))
    revoke_token(by=trial.coordinator, token=made(trial.coordinator, name="gone"), reason="Was in a mail")
    with clock.frozen(clock.now() - timedelta(days=90)):
        made(trial.coordinator, name="old", expires_on=until(30))
    made(trial.monitor, name="theirs")
    client.force_login(trial.coordinator)
    response = client.get(LIST)

    rows = {row.token.name: (row.state, row.places) for row in response.context["rows"]}
    assert rows == {
        "fresh": ("valid", ["TEST-01", "TEST-01 · 701"]),
        "ending": ("expiring", []),
        "gone": ("revoked", []),
        "old": ("expired", []),
    }
    assert [row.is_usable for row in response.context["rows"]] == [True, True, False, False]
    for words in ("Expires soon", "Was in a mail", "wherever its owner may", "never"):
        assert words in text(response)


def test_the_list_takes_the_same_queries_whatever_its_length(
    trial: Trial, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        made(trial.coordinator, name=f"number {number}", site_ids=[trial.site.pk])
    client.force_login(trial.coordinator)
    with django_assert_max_num_queries(20):
        assert text(client.get(LIST)).count("number") >= 12


def test_a_token_is_revoked_after_asking_once_more(trial: Trial, client: Client) -> None:
    token = made(trial.coordinator)
    client.force_login(trial.coordinator)
    address = f"/account/tokens/{token.pk}/revoke/"
    assert "refused at once" in text(client.get(address))
    assert lets_in(token.secret)

    response = client.post(address, {"reason": "Was in a mail"})
    assert (response.status_code, response["Location"]) == (303, LIST)
    assert not lets_in(token.secret)
    assert client.post(address).status_code == 403


def test_somebody_elses_token_does_not_exist(trial: Trial, client: Client) -> None:
    address = f"/account/tokens/{made(trial.coordinator).pk}/revoke/"
    for person in (trial.investigator, trial.manager, trial.operator):
        client.force_login(person)
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)


def test_all_tokens_are_revoked_with_one_button(trial: Trial, client: Client) -> None:
    tokens = [made(trial.coordinator), made(trial.coordinator)]
    client.force_login(trial.coordinator)
    assert REVOKE_ALL in text(client.get(LIST))
    assert client.post(REVOKE_ALL).status_code == 303
    assert [lets_in(token.secret) for token in tokens] == [False, False]
    assert REVOKE_ALL not in text(client.get(LIST))


def test_the_account_page_leads_to_the_tokens(trial: Trial, client: Client) -> None:
    client.force_login(trial.coordinator)
    assert f'href="{LIST}"' in text(client.get("/account/"))


# --- of a study -------------------------------------------------------------------------------------------------------


def address(trial: Trial, rest: str = "") -> str:
    return f"/studies/{trial.study.pk}/service-accounts/{rest}"


def test_the_manager_makes_a_program_and_its_first_token(trial: Trial, client: Client) -> None:
    signed_in(client, trial.manager)
    sent = {"account_name": "Export", "role": "insp", "name": "first", "expires_on": until()}
    response = client.post(address(trial, "new/"), sent)

    assert lets_in(secret_in(response))
    listed = text(client.get(address(trial)))
    for words in ("Export", "Inspector", f"{trial.manager.name} answers for it", "first"):
        assert words in listed


@pytest.mark.parametrize("rest", ["new/", "token/"])
def test_what_a_program_may_is_not_asked_because_it_only_reads(trial: Trial, client: Client, rest: str) -> None:
    first = program(trial)
    signed_in(client, trial.manager)
    assert "verbs" not in client.get(address(trial, rest)).context["form"].fields
    sent = {"account": first.owner_id, "account_name": "Export", "role": "spsaf", "name": "wide", "verbs": ["act"]}
    assert lets_in(secret_in(client.post(address(trial, rest), {**sent, "expires_on": until()})))
    assert Token.objects.get(name="wide").verbs == ["read"]


def test_a_program_is_offered_roles_that_read_coded_data(trial: Trial, client: Client) -> None:
    client.force_login(trial.manager)
    form = client.get(address(trial, "new/")).context["form"]
    assert {value for value, _label in form.fields["role"].choices} == {"", "cra", "spsaf", "insp"}


def test_the_manager_makes_another_token_and_revokes_the_first(trial: Trial, client: Client) -> None:
    first = program(trial)
    signed_in(client, trial.manager)
    sent = {"account": first.owner_id, "name": "second", "expires_on": until()}
    second = secret_in(client.post(address(trial, "token/"), sent))
    response = client.post(f"/account/tokens/{first.pk}/revoke/", {"reason": "Replaced"})

    assert response["Location"] == address(trial)
    assert (lets_in(first.secret), lets_in(second)) == (False, True)


def test_another_token_is_offered_for_programs_of_the_study_only(trial: Trial, client: Client) -> None:
    account = program(trial).owner
    client.force_login(trial.manager)
    form = client.get(address(trial, f"token/?account={account.pk}")).context["form"]
    assert list(form.fields["account"].queryset) == [account]
    assert form["account"].value() == str(account.pk)


@pytest.mark.parametrize("rest", ["", "new/", "token/"])
def test_the_manager_of_another_study_gets_404_and_others_are_told_why(trial: Trial, client: Client, rest: str) -> None:
    facts = {"protocol_id": "TEST-09", "title": "Another", "short_title": "Another", "sponsor_name": "Sponsor"}
    services.create_study(by=trial.stranger, **facts)
    program(trial)
    for person, status in (
        (trial.stranger, 404),
        (trial.coordinator, 403),
        (trial.investigator, 403),
        (trial.monitor, 403),
        (trial.manager, 200),
    ):
        client.force_login(person)
        assert client.get(address(trial, rest)).status_code == status, person


def test_the_token_of_a_program_is_out_of_sight_for_the_manager_of_another_study(trial: Trial, client: Client) -> None:
    services.create_study(
        by=trial.stranger, protocol_id="TEST-09", title="Another", short_title="Another", sponsor_name="Sponsor"
    )
    token = program(trial)
    client.force_login(trial.stranger)
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert lets_in(token.secret)


def test_the_people_of_the_study_lead_to_its_programs(trial: Trial, client: Client) -> None:
    program(trial)
    client.force_login(trial.manager)
    page = text(client.get(f"/studies/{trial.study.pk}/team/"))
    assert address(trial) in page
    assert "a program" in page

    client.force_login(trial.monitor)
    assert address(trial) not in text(client.get(f"/studies/{trial.study.pk}/team/"))


def test_a_study_without_programs_says_what_would_stand_there(trial: Trial, client: Client) -> None:
    client.force_login(trial.manager)
    assert "No service account yet" in text(client.get(address(trial)))

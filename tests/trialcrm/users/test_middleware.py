"""How sessions end, and where people then find themselves."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.cast import Trial
from tests.trialcrm.users.conftest import SignIn, Watch
from trialcrm.audit.models import AuditLog
from trialcrm.users.models import User
from trialcrm.users.services import deactivate_account

BACKGROUND = {"x-background": "1"}


def is_in(browser: Client, **given: object) -> bool:
    return browser.get("/behind/", **given).status_code == 200


def query_of(url: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}


def test_session_lasts_while_somebody_works_and_ends_after_fifteen_idle_minutes(
    client: Client, person: User, watch: Watch, sign_in: SignIn
) -> None:
    sign_in(person.email)
    for _ in range(4):
        watch.go_on(minutes=14, seconds=59)
        assert is_in(client)
    watch.go_on(minutes=15)
    assert not is_in(client)


def test_session_of_an_operator_ends_after_ten_idle_minutes(
    client: Client, trial: Trial, watch: Watch, sign_in: SignIn
) -> None:
    sign_in(trial.operator.email)
    watch.go_on(minutes=9, seconds=59)
    assert is_in(client)
    watch.go_on(minutes=10)
    assert not is_in(client)


@pytest.mark.parametrize("headers", [BACKGROUND, {"accept": "text/event-stream"}])
def test_what_the_page_asks_by_itself_does_not_prolong_a_session(
    client: Client, person: User, watch: Watch, sign_in: SignIn, headers: dict[str, str]
) -> None:
    sign_in(person.email)
    for _ in range(2):
        watch.go_on(minutes=7)
        assert is_in(client, headers=headers)
    watch.go_on(minutes=1)
    assert not is_in(client, headers=headers)


def test_session_ends_after_twelve_hours_of_work(client: Client, person: User, watch: Watch, sign_in: SignIn) -> None:
    sign_in(person.email)
    for _ in range(12 * 6 - 1):
        watch.go_on(minutes=10)
        assert is_in(client)
    watch.go_on(minutes=10)
    answer = client.get("/behind/")
    assert query_of(answer["Location"])["ended"] == "age"


def test_row_of_the_session_is_written_at_most_every_thirty_seconds(
    client: Client, person: User, watch: Watch, sign_in: SignIn
) -> None:
    sign_in(person.email)
    writes = []
    for seconds in (10, 10, 9, 1, 29, 1):
        watch.go_on(seconds=seconds)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert is_in(client)
        writes.append(sum(query["sql"].startswith("UPDATE") for query in queries.captured_queries))
    assert writes == [0, 0, 0, 1, 0, 1]


def test_page_leads_to_the_sign_in_and_back_and_says_why(
    client: Client, person: User, watch: Watch, sign_in: SignIn
) -> None:
    sign_in(person.email)
    watch.go_on(minutes=15)
    answer = client.get("/behind/?tab=notes")
    assert answer.status_code == 302
    assert query_of(answer["Location"]) == {"next": "/behind/?tab=notes", "ended": "idle"}
    page = client.get(answer["Location"]).content.decode()
    assert "You were signed out because nothing happened for a while." in page
    assert 'name="next" value="/behind/?tab=notes"' in page
    assert sign_in(person.email, next="/behind/?tab=notes")["Location"] == "/behind/?tab=notes"


def test_fragment_sends_the_whole_page_to_the_sign_in_and_back(
    client: Client, person: User, watch: Watch, sign_in: SignIn
) -> None:
    sign_in(person.email)
    watch.go_on(minutes=15)
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/subjects/?site=701", **BACKGROUND}
    answer = client.get("/behind/?rows", headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert query_of(answer["HX-Redirect"]) == {"next": "/subjects/?site=701", "ended": "idle"}


def test_fragment_of_a_foreign_page_leads_nowhere_after_the_sign_in(client: Client) -> None:
    headers = {"hx-request": "true", "hx-current-url": "https://evil.example/"}
    assert client.get("/behind/", headers=headers)["HX-Redirect"] == "/account/login/"


@pytest.mark.parametrize(
    ("referer", "place"),
    [("http://testserver/notes/new/?visit=4", "/notes/new/?visit=4"), ("https://evil.example/notes/", None)],
)
def test_submission_leads_back_to_its_form(
    client: Client, person: User, watch: Watch, sign_in: SignIn, referer: str, place: str | None
) -> None:
    sign_in(person.email)
    watch.go_on(minutes=15)
    answer = client.post("/behind/", {"text": "Called."}, headers={"referer": referer})
    assert query_of(answer["Location"]).get("next") == place


def test_session_ended_by_its_limit_is_logged_as_such_and_its_row_is_gone(
    client: Client, person: User, watch: Watch, sign_in: SignIn
) -> None:
    sign_in(person.email)
    key = client.session.session_key
    watch.go_on(minutes=15)
    client.get("/behind/")
    entry = AuditLog.objects.get(action="account.session-ended")
    assert (entry.actor_id, entry.payload["limit"]) == (person.pk, "idle")
    assert entry.request_id is not None
    assert not AuditLog.objects.filter(action="account.signed-out").exists()
    assert not Session.objects.filter(pk=key).exists()


def test_public_page_stays_open_when_the_session_has_ended(
    client: Client, person: User, watch: Watch, sign_in: SignIn
) -> None:
    sign_in(person.email)
    watch.go_on(minutes=15)
    assert client.get("/in-front/").status_code == 200
    assert not is_in(client)


def test_session_ended_on_another_device_is_refused_on_its_next_request(
    client: Client, person: User, sign_in: SignIn
) -> None:
    sign_in(person.email)
    other = Client()
    sign_in(person.email, browser=other)
    client.post("/account/devices/end-others/")
    answer = other.get("/behind/")
    assert query_of(answer["Location"]) == {"next": "/behind/", "ended": "gone"}
    assert "Your session has ended." in other.get(answer["Location"]).content.decode()
    assert is_in(client)


def test_open_session_of_a_closed_account_ends_on_its_next_request(
    client: Client, trial: Trial, sign_in: SignIn
) -> None:
    sign_in(trial.coordinator.email)
    deactivate_account(by=trial.operator, user=trial.coordinator, reason="Left the site in March.")
    assert query_of(client.get("/behind/")["Location"])["ended"] == "gone"


def test_open_session_ends_even_if_only_the_account_was_switched_off(
    client: Client, person: User, sign_in: SignIn
) -> None:
    sign_in(person.email)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE users_user SET is_active = false WHERE id = %s", [person.pk])
    assert query_of(client.get("/behind/")["Location"])["ended"] == "gone"
    assert "ended" not in client.get("/behind/")["Location"]


def test_first_visit_is_not_told_of_a_session_that_ended(client: Client, db: None) -> None:
    assert query_of(client.get("/behind/")["Location"]) == {"next": "/behind/"}


def test_pages_of_a_signed_in_person_are_kept_by_no_browser(client: Client, person: User, sign_in: SignIn) -> None:
    sign_in(person.email)
    assert client.get("/behind/")["Cache-Control"] == "private, no-store"
    assert not Client().get("/in-front/").has_header("Cache-Control")


def test_page_open_to_anybody_asks_the_database_nothing(client: Client, db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get("/in-front/")
    assert len(queries) == 0

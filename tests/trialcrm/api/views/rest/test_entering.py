"""Who calls: tokens, sessions, and how often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.test import RequestFactory
from django.urls import reverse

from tests.support.api import Caller
from trialcrm.api.domain.tokens import Verb
from trialcrm.api.services.tokens import create_token, revoke_token
from trialcrm.api.views.rest.entering import Calls
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock

WHY = "The participant asked for it"


def token_of(user: Any, *verbs: str, **limits: Any) -> Any:
    expires_on = clock.today("UTC") + timedelta(days=30)
    return create_token(by=user, name="A program", verbs=verbs or Verb.values, expires_on=expires_on, **limits)


def test_without_a_token_or_a_session_nothing_opens(trial: Any) -> None:
    answer = Caller().get("visits")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert Caller(token="trialcrm_" + "x" * 43).get("visits").status_code == 401


def test_a_token_reads_what_its_owner_reads_and_says_so_in_the_log(trial: Any) -> None:
    visit = trial.on_treatment(first_dose_days_ago=11).visits.filter(status="planned").first()
    token = token_of(trial.coordinator)
    program = Caller(token=token.secret)
    assert program.rows("visits") == Caller(trial.coordinator).rows("visits")
    assert program.post(f"visits/{visit.pk}/cancel", {"reason": WHY}).status_code == 200
    row = AuditLog.objects.get(action="visit.cancelled")
    assert row.actor == trial.coordinator
    assert token.hint in row.payload["token"]
    assert token.secret not in str(row.payload)
    story = Caller(trial.monitor).get(reverse("trail:record", args=["subjects", "visit", visit.pk]))
    assert f"with the token {token.hint}" in story.content.decode()


def test_a_token_does_what_it_was_made_for_only(trial: Any) -> None:
    visit = trial.on_treatment(first_dose_days_ago=11).visits.filter(status="planned").first()
    program = Caller(token=token_of(trial.coordinator, Verb.READ).secret)
    assert program.get("visits").status_code == 200
    answer = program.post(f"visits/{visit.pk}/cancel", {"reason": WHY})
    assert answer.status_code == 403
    assert "was not made for this" in answer.json()["detail"]


def test_a_token_that_is_limited_to_a_site_sees_that_site_only(trial: Any) -> None:
    trial.on_treatment(first_dose_days_ago=11)
    trial.on_treatment(first_dose_days_ago=11, site=trial.other_site)
    whole = Caller(trial.monitor).rows("visits")
    program = Caller(token=token_of(trial.monitor, site_ids=[trial.site.pk]).secret)
    assert {row["site_id"] for row in whole} == {str(trial.site.pk), str(trial.other_site.pk)}
    assert {row["site_id"] for row in program.rows("visits")} == {str(trial.site.pk)}
    other = next(row for row in whole if row["site_id"] == str(trial.other_site.pk))
    assert program.get(f"visits/{other['id']}").status_code == 404


def test_a_revoked_token_opens_nothing(trial: Any) -> None:
    token = token_of(trial.coordinator)
    revoke_token(by=trial.coordinator, token=token)
    assert Caller(token=token.secret).get("visits").status_code == 401


def test_who_calls_too_often_is_told_when_to_come_back(trial: Any, settings: Any) -> None:
    settings.API_RATE = "2/m"
    caches["calls"].clear()
    nora = Caller(trial.coordinator)
    answers = [nora.get("visits") for _number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert Caller(trial.monitor).get("visits").status_code == 200
    caches["calls"].clear()


def test_callers_at_the_same_time_are_counted_each_for_themselves(
    trial: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The monitor calls in another thread while the coordinator's earlier calls are being looked up."""
    settings.API_RATE = "2/m"
    calls, others = Calls(), [request_of(trial.monitor)] * 2

    class Interrupted(LocMemCache):
        def get(self, key: str, *given: Any, **more: Any) -> Any:
            found = super().get(key, *given, **more)
            if others and str(trial.coordinator.pk) in key:
                with ThreadPoolExecutor(1) as another:
                    assert another.submit(calls.allow_request, others.pop()).result()
            return found

    monkeypatch.setattr(Calls, "cache", Interrupted("interrupted", {}))
    nora = request_of(trial.coordinator)
    assert [calls.allow_request(nora) for _number in range(3)] == [True, True, False]
    assert calls.allow_request(request_of(trial.monitor)) is False


def request_of(user: Any) -> Any:
    request = RequestFactory().get("/api/v1/visits")
    request.user = user
    return request


@pytest.mark.parametrize("is_required", [True, False])
def test_who_has_to_set_up_a_second_factor_does_that_first(trial: Any, settings: Any, is_required: bool) -> None:
    settings.SECOND_FACTOR_REQUIRED = is_required
    assert Caller(trial.monitor).get("visits").status_code == (403 if is_required else 200)

"""Reading over REST, whatever the class."""

from typing import Any

from tests.support.api import Caller


def test_head_answers_as_get_does_without_a_body(trial: Any, nora: Caller) -> None:
    visit = trial.on_treatment(first_dose_days_ago=11).visits.first()
    for address in (f"/api/v1/visits/{visit.pk}", "/api/v1/visits?limit=2", "/api/v1/openapi.json"):
        got, headed = nora.client.get(address), nora.client.head(address)
        assert (headed.status_code, headed.content, got.status_code) == (200, b"", 200)
        assert headed.headers.get("ETag") == got.headers.get("ETag")
    assert nora.client.head("/api/v1/visits?colour=red").status_code == 422
    assert nora.client.head(f"/api/v1/visits/{visit.pk}/complete").status_code == 405
    assert nora.client.head("/api/v1/nowhere").status_code == 404
    assert Caller().client.head("/api/v1/visits").status_code == 401

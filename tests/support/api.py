"""Calling the API as one of the cast, in a session or with a token."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from trialcrm.audit.models import AuditLog

ROOT = "/api/v1/"


class Caller:
    """One person's program."""

    def __init__(self, user: Any = None, token: str = "") -> None:
        self.client = Client(headers={"authorization": f"Bearer {token}"} if token else None)
        if user is not None and not token:
            self.client.force_login(user)

    def get(self, address: str, **parameters: Any) -> HttpResponse:
        return self.client.get(self._whole(address), parameters)

    def rows(self, address: str, **parameters: Any) -> list[dict[str, Any]]:
        """Every row of a list, page after page."""
        found: list[dict[str, Any]] = []
        answer = self.get(address, **{"limit": 200, **parameters}).json()
        while True:
            found += answer["items"]
            if not answer["next"]:
                return found
            answer = self.client.get(answer["next"]).json()

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self._send(self.client.post, address, body, headers)

    def patch(self, address: str, body: Any = None, **headers: str) -> Any:
        return self._send(self.client.patch, address, body, headers)

    def _send(self, method: Any, address: str, body: Any, headers: dict[str, str]) -> HttpResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return method(self._whole(address), body or {}, content_type="application/json", headers=named)

    @staticmethod
    def _whole(address: str) -> str:
        return address if address.startswith(("http", "/")) else ROOT + address


def faults(response: Any) -> dict[str, str]:
    """What a problem says, by field."""
    return {fault["field"]: fault["message"] for fault in response.json().get("errors", [])}


def done(response: Any, status: int = 200) -> dict[str, Any]:
    """The record in an answer, which has to be a success."""
    assert response.status_code == status, response.content
    found: dict[str, Any] = response.json()
    return found


def written(action: str, record: Any, by: Any) -> bool:
    """Whether the log tells once that somebody did this to a record."""
    return AuditLog.objects.filter(action=action, entity_id=str(record), outcome="done", actor=by).count() == 1

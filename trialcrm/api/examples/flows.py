"""What a program does with the portal most often; the standard library is enough.

python flows.py https://portal.example.org trialcrm_… queue
"""

import json
import sys
import uuid
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

Row = dict[str, Any]


class Refused(Exception):
    """The portal said no: its sentence, and what is wrong at which field."""


class Portal:
    """The portal at an address, for whoever the token belongs to."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address.rstrip("/"), token

    def get(self, path: str, **asked: Any) -> Any:
        return self._call("GET", f"/api/v1/{path}" + (f"?{urlencode(asked)}" if asked else ""))

    def post(self, path: str, body: Row) -> Any:
        """Do something once, even if the answer is lost and it is sent again."""
        return self._call("POST", f"/api/v1/{path}", body, {"Idempotency-Key": str(uuid.uuid4())})

    def rows(self, path: str, **asked: Any) -> list[Row]:
        """Every row of a list, page after page."""
        page = self.get(path, **asked)
        found = page["items"]
        while page["next"]:
            page = self._call("GET", page["next"].removeprefix(self.address))
            found += page["items"]
        return found

    def ask(self, query: str, **variables: Any) -> Any:
        """Ask GraphQL."""
        answer = self._call("POST", "/graphql", {"query": query, "variables": variables})
        if answer.get("errors"):
            raise Refused(answer["errors"][0]["message"])
        return answer["data"]

    def _call(self, method: str, path: str, body: Row | None = None, headers: Row | None = None) -> Any:
        sent = json.dumps(body).encode() if body is not None else None
        known = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **(headers or {})}
        try:
            call = Request(self.address + path, sent, known, method=method)  # noqa: S310
            with urlopen(call, timeout=30) as answer:  # noqa: S310
                return json.loads(answer.read() or b"null")
        except HTTPError as error:
            problem = json.loads(error.read() or b"{}")
            raise Refused(problem.get("detail") or str(error), problem.get("errors", [])) from None


def screening_queue(portal: Portal) -> list[Row]:
    """Whoever is in screening now, the newest first, with the participant beside each."""
    return portal.rows("screenings", in_queue="true", order="-screening_date", include="subject")


def add_visit(portal: Portal, subject: str, day: str, words: str) -> Row:
    """An unscheduled visit that took place."""
    why = {"unscheduled_reason": "adverse_event", "kind": "clinic"}
    return portal.post("visits", {"subject_id": subject, "started_on": day, "visit_type": words, **why})


def log_event(portal: Portal, subject: str, day: str, term: str) -> Row:
    """A mild adverse event that goes on. With a criterion it would be serious, and the clock would run."""
    known = {"aware_at": f"{day}T12:00", "learned_from": "call"}
    judged = {"severity": "MILD", "outcome": "NOT RECOVERED/NOT RESOLVED", "criteria": []}
    return portal.post(
        "adverse-events", {"subject_id": subject, "event_term": term, "onset_date": day, **known, **judged}
    )


def latest_order(portal: Portal, patient: str) -> Row | None:
    found = portal.get("orders", patient=patient, limit=1)["items"]
    return found[0] if found else None


def log_dose(portal: Portal, order: str, due: str, what: str = "taken") -> Row:
    """What a participant did with the dose that was due then, like 2026-11-23T08:00:00+00:00."""
    return portal.post("adherence-logs", {"order_id": order, "slot_at": due, "adherence_status": what})


def send_message(portal: Portal, conversation: str, words: str) -> Row:
    return portal.post("messages", {"conversation_id": conversation, "body": words})


def read_messages(portal: Portal, conversation: str) -> list[Row]:
    """What is unread, which counts as read from now on."""
    unread = portal.rows("messages", conversation=conversation, is_unread="true")
    return [portal.post(f"messages/{row['id']}/read", {}) for row in unread]


def week(portal: Portal, name: str) -> list[Row]:
    """The appointments of a week like 2026-W48."""
    return portal.rows("appointments", week=name, order="start_at", include="subject,provider")


STUDY = """query Study {
  studies(first: 5) {
    nodes {
      protocolId
      subjects(first: 50) { nodes { subjectId state visits(first: 20) { nodes { visitType visitStatus } } } }
    }
  }
}"""


def study(portal: Portal) -> Any:
    """Studies, their participants and their visits in one call."""
    return portal.ask(STUDY)["studies"]["nodes"]


FLOWS: dict[str, Callable[..., Any]] = {
    "queue": screening_queue,
    "visit": add_visit,
    "event": log_event,
    "order": latest_order,
    "dose": log_dose,
    "send": send_message,
    "read": read_messages,
    "week": week,
    "study": study,
}

if __name__ == "__main__":
    address, token, flow, *given = sys.argv[1:]
    json.dump(FLOWS[flow](Portal(address, token), *given), sys.stdout, indent=2)

"""Reading the trail as one of the cast."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from subjects import services
from subjects.models import Subject, Visit
from tests.support.cast import Trial
from trialcrm.audit.recording import recorded

CANARY = "Zephyrine Quill"
STORY = "the story of Zephyrine"


def page(client: Client, reader: Any, url: str, status: int = 200, **query: Any) -> str:
    client.force_login(reader)
    response = client.get(url, query)
    assert response.status_code == status, response.status_code
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def record_url(record: Any) -> str:
    return reverse("trail:record", args=[record._meta.app_label, record._meta.model_name, record.pk])


def first_visit(subject: Subject) -> Visit:
    return Visit.objects.filter(subject=subject).earliest("due_on")


@recorded("test.saved", "Corrected by hand")
def saved(*, by: Any, record: Any, reason: str = "") -> Any:
    record.save()
    return record


def cancelled(trial: Trial, subject: Subject, reason: str = "moved to another town") -> Visit:
    return services.cancel_visit(by=trial.coordinator, visit=first_visit(subject), reason=reason)


def queries(client: Client, person: Any, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page(client, person, url)
    with CaptureQueriesContext(connection) as captured:
        page(client, person, url)
    return len([query for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]])

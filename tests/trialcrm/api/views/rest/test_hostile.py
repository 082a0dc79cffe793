"""Bodies and forms that nobody's program would send: each gets a problem in words, and none a fault or a page."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from messaging.models import Attachment
from tests.support.api import Caller, faults
from tests.support.messaging import asked, file, participant_of
from trialcrm.api.domain.problems import Problem
from trialcrm.api.views.rest.writing import json_of

NUL, HALF = "a\x00b, and more", "a\ud800b, and more"


def told(answer: Any, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    found: dict[str, Any] = answer.json()
    assert (found["status"], bool(found["detail"])) == (status, True)
    return found


def parsed(body: bytes) -> Any:
    return json_of(RequestFactory().post("/", body, content_type="application/json"))


def escaped(text: str) -> str:
    return text.encode("unicode_escape").decode().replace("\\x", "\\u00")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("text", [NUL, HALF])
@pytest.mark.parametrize("place", ['{"reason": "%s"}', '{"%s": 1}', '{"a": [[{"b": ["%s"]}]]}', '"%s"'])
def test_text_that_cannot_be_kept_is_found_in_every_encoding_and_place(encoding: str, text: str, place: str) -> None:
    with pytest.raises(Problem) as refusal:
        parsed((place % escaped(text)).encode(encoding))
    assert refusal.value.status == 422


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_text_that_can_be_kept_is_read(encoding: str) -> None:
    sent = r'{"reason": "\ud83d\ude00 \\u0000 \\ud800 Füße", "n": [1, null, true, {}]}'
    assert parsed(sent.encode(encoding)) == {"reason": r"😀 \u0000 \ud800 Füße", "n": [1, None, True, {}]}


def test_no_depth_of_nesting_is_a_fault() -> None:
    seen = set()
    for depth in range(500, 1100):
        try:
            parsed(b'{"a":' * depth + b"1" + b"}" * depth)
        except Problem as problem:
            seen.add(problem.status)
    assert seen == {400}


FORMS = {
    "no boundary": ("multipart/form-data", b"x", 400),
    "another boundary": ("multipart/form-data; boundary=y", b"--x\r\n", 422),
    "a boundary that is none": ("multipart/form-data; boundary=" + "x" * 300, b"x", 400),
    "no end": (MULTIPART_CONTENT, f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=".encode(), 422),
    "fields without end": (MULTIPART_CONTENT, encode_multipart(BOUNDARY, {f"a{n}": "" for n in range(2001)}), 413),
    "files without end": (MULTIPART_CONTENT, encode_multipart(BOUNDARY, {f"a{n}": file() for n in range(101)}), 413),
    "no words": ("multipart/form-data; boundary=x; charset=nowhere", b"--x--\r\n", 422),
    "fields of an address": ("application/x-www-form-urlencoded; charset=utf-16", b"a=b", 415),
}


@pytest.mark.parametrize(("kind", "body", "status"), FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("is_checked", [True, False])
def test_a_form_that_cannot_be_read_is_a_problem(
    trial: Any, kind: str, body: bytes, status: int, is_checked: bool
) -> None:
    nora = Caller(trial.coordinator)
    nora.client.handler.enforce_csrf_checks = is_checked
    answer = nora.client.generic("POST", "/api/v1/messages", body, content_type=kind)
    told(answer, answer.status_code)
    assert answer.status_code in ({status, 400, 403} if is_checked else {status})


def test_a_form_holds_no_characters_that_cannot_be_kept(nora: Caller) -> None:
    answer = nora.client.post("/api/v1/messages", {"body": NUL, "conversation_id": "x"})
    assert faults(answer)
    assert answer.status_code == 422


def test_a_file_that_is_gone_is_said_to_be(trial: Any) -> None:
    subject = trial.registered()
    grace = participant_of(subject)
    message = asked(grace, subject, "See the picture.", files=[file()])
    program = Caller(grace)
    (shown,) = program.get(f"messages/{message.pk}").json()["attachments"]
    default_storage.delete(Attachment.objects.get(message=message).stored_as)
    assert "cannot be opened" in told(program.get(shown["url"]), 410)["detail"]

"""What belongs to one request stays with it."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from trialcrm.audit import context
from trialcrm.audit.middleware import RequestContextMiddleware


def test_outside_of_a_request_nothing_is_remembered() -> None:
    assert context.memory() is None
    assert context.facts().request_id is None
    context.forget()


def test_a_request_has_an_id_a_memory_and_a_digest_of_its_address() -> None:
    with context.request("192.0.2.7") as facts:
        context.memory()["looked up"] = 1  # type: ignore[index]
        assert facts.request_id is not None
        assert facts.remembered == {"looked up": 1}
        with context.request():
            assert context.memory() == {}
        assert context.memory() == {"looked up": 1}

    assert context.memory() is None


def test_equal_addresses_have_equal_digests_that_do_not_show_them() -> None:
    assert context.digest("192.0.2.7") == context.digest("192.0.2.7") != context.digest("192.0.2.8")
    assert "192" not in context.digest("192.0.2.7")[:3]
    assert context.digest("") == ""


def test_the_answer_names_the_request_it_belongs_to() -> None:
    seen = []

    def view(request: object) -> HttpResponse:
        seen.append(context.facts().request_id)
        return HttpResponse()

    response = RequestContextMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR="192.0.2.7"))

    assert response["X-Request-Id"] == str(seen[0])


def test_what_is_bound_to_a_request_stays_when_what_was_looked_up_is_forgotten() -> None:
    with context.request():
        context.bind("limit", 7)
        context.forget()
        assert context.bound("limit") == 7
        with context.request():
            assert context.bound("limit") is None

    assert context.bound("limit") is None


def test_nothing_is_bound_outside_of_a_request() -> None:
    for bind in (lambda: context.bind("limit", 7), lambda: context.through("trialcrm_ab12…")):
        with pytest.raises(LookupError):
            bind()

    assert context.facts().token == ""

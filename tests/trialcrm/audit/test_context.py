"""What belongs to one request stays with it."""

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

"""A page, or the part of it that htmx asked for; and how a write is answered."""

import json
from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show, wants_fragment


def request_with(**headers: str) -> HttpRequest:
    request = RequestFactory().get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    request.htmx = HtmxDetails(request)
    request._messages = CookieStorage(request)
    return request


PLAIN: dict[str, str] = {}
HTMX = {"HX_Request": "true"}
DIALOG = {**HTMX, "X_Stay": "1"}


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        (PLAIN, False),
        (HTMX, True),
        ({**HTMX, "HX_Boosted": "true"}, False),
        ({**HTMX, "HX_History_Restore_Request": "true"}, False),
    ],
)
def test_a_fragment_is_for_htmx_and_not_for_a_page_that_is_restored(headers: dict[str, str], wanted: bool) -> None:
    assert wants_fragment(request_with(**headers)) is wanted


def test_the_view_names_the_fragment_and_htmx_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def render(request: HttpRequest, name: str, context: dict[str, Any], status: int) -> Any:
        from django.http import HttpResponse

        asked.append(name)
        return HttpResponse(status=status)

    monkeypatch.setattr("trialcrm.core.htmx.render", render)

    page = show(request_with(), "list.html", {}, fragment="rows")
    show(request_with(**HTMX), "list.html", {}, fragment="rows")
    show(request_with(**HTMX), "list.html", {})

    assert asked == ["list.html", "list.html#rows", "list.html"]
    assert page["Vary"] == "HX-Request"


class Order(Form):
    amount = forms.IntegerField()


@pytest.mark.parametrize(("data", "status"), [(None, 200), ({"amount": "3"}, 200), ({"amount": "x"}, 422)])
def test_a_form_that_was_not_accepted_is_answered_with_422(
    monkeypatch: pytest.MonkeyPatch, data: dict[str, str] | None, status: int
) -> None:
    seen: dict[str, Any] = {}

    def render(request: HttpRequest, name: str, context: dict[str, Any], status: int) -> Any:
        from django.http import HttpResponse

        seen.update(context)
        return HttpResponse(status=status)

    monkeypatch.setattr("trialcrm.core.htmx.render", render)
    form = Order(data)

    assert show(request_with(), "form.html", {}, form=form).status_code == status
    assert seen["form"] is form


def test_without_script_a_write_is_a_redirect_with_a_message() -> None:
    request = request_with()

    response = done(request, "/visits/1/", "visit-changed", said="Booked.")

    assert (response.status_code, response["Location"]) == (303, "/visits/1/")
    assert [str(message) for message in get_messages(request)] == ["Booked."]


def test_in_a_dialog_the_page_stays_and_hears_what_changed() -> None:
    response = done(request_with(**DIALOG), "/visits/1/", "visit-changed", "subject-changed", said="Booked.")

    assert response.status_code == 200
    assert set(json.loads(response["HX-Trigger"])) == {"visit-changed", "subject-changed", "done"}
    assert b"Booked." in response.content


def test_elsewhere_htmx_goes_on_to_the_record() -> None:
    response = done(request_with(**HTMX), "/visits/1/")

    assert (response.status_code, response["HX-Redirect"]) == (204, "/visits/1/")

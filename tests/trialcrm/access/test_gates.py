"""Who may come in is written at the door of every view."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import RequestFactory

from subjects.domain.permissions import Perm
from tests.support.cast import Trial
from trialcrm.access.asking import holds, rule
from trialcrm.access.gates import Gate, personal, public, requires
from trialcrm.access.middleware import RefusalMiddleware
from trialcrm.core.decisions import Refused, refused

pytestmark = pytest.mark.django_db


def view(request: HttpRequest) -> HttpResponse:
    """What is behind the door."""
    return HttpResponse("inside")


def request_of(user: Any) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_whoever_holds_the_permission_somewhere_comes_in(trial: Trial) -> None:
    gated = requires(Perm.VIEW_VISIT)(view)

    assert gated(request_of(trial.coordinator)).content == b"inside"
    with pytest.raises(Refused, match="Your role does not include this page"):
        gated(request_of(trial.stranger))
    with pytest.raises(Refused):
        gated(request_of(AnonymousUser()))


def test_each_door_says_how_it_is_kept() -> None:
    assert requires(Perm.VIEW_VISIT)(view).gate == Gate(permission="view_visit")
    assert personal("shows one's own account")(view).gate == Gate(personal="shows one's own account")
    assert requires(Perm.VIEW_VISIT)(view).__doc__ == view.__doc__


def test_only_a_public_view_asks_for_no_sign_in() -> None:
    def door(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert getattr(requires(Perm.VIEW_VISIT)(door), "login_required", True)
    assert getattr(personal("own")(door), "login_required", True)
    opened = public("people sign in here")(door)
    assert opened.gate == Gate(public="people sign in here")
    assert opened.login_required is False


def test_a_refusal_that_no_form_caught_becomes_a_page_with_the_reason(trial: Trial) -> None:
    middleware = RefusalMiddleware(view)

    response = middleware.process_exception(request_of(trial.coordinator), Refused(refused("Because it is locked.")))

    assert response is not None
    assert response.status_code == 403
    assert b"Because it is locked." in response.content
    assert middleware.process_exception(request_of(trial.coordinator), ValueError()) is None
    assert middleware(request_of(trial.coordinator)).content == b"inside"


def test_a_page_asks_the_rule_that_the_service_will_ask(trial: Trial) -> None:
    page = Template(
        "{% may 'subjects.change_memberships' site as decision %}{{ decision.allowed }}|{{ decision.reason }}"
    )

    def shown(user: Any) -> str:
        return page.render(Context({"request": request_of(user), "site": trial.site}))

    assert shown(trial.investigator) == "True|"
    assert shown(trial.coordinator) == "False|Only the investigator or the study manager gives roles."


def test_asking_for_a_rule_that_nobody_wrote_is_a_mistake_of_the_page() -> None:
    with pytest.raises(LookupError, match=r"subjects\.fly"):
        rule("subjects.fly")
    with pytest.raises(LookupError):
        rule("nowhere.at_all")


def test_a_right_answers_with_the_sentence_given(trial: Trial) -> None:
    assert holds(trial.coordinator, Perm.VIEW_VISIT, trial.site, "No.").allowed
    assert holds(trial.outsider, Perm.VIEW_VISIT, trial.site, "No.") == refused("No.")

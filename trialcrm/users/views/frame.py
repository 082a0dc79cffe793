"""What the pages of accounts share."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialcrm.users.models import User


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


class AsThePortal:
    """Makes allauth's views answer as all others here do: 422 to a form that was not accepted, pages in the frame."""

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **given)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            return render(request, "account/too_many.html", status=response.status_code)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        context = self.get_context_data(form=form)  # type: ignore[attr-defined]
        return self.render_to_response(context, status=HTTPStatus.UNPROCESSABLE_ENTITY)  # type: ignore[attr-defined]

"""Binds each request to what is written in its course."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from trialcrm.core.addresses import client_address

from . import context


class RequestContextMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with context.request(client_address(request)) as facts:
            response = self.get_response(request)
            response["X-Request-Id"] = str(facts.request_id)
            return response

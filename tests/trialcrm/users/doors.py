"""The portal, with two pages for tests about signing in: one behind the sign-in and one in front of it."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from trialcrm.access.gates import personal, public


@personal("a page for tests")
def behind(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"Here is {request.user}.")


@public("a page for tests")
def in_front(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Anybody may read this.")


urlpatterns = [
    path("behind/", behind, name="behind"),
    path("in-front/", in_front, name="in-front"),
    path("", include("trialcrm.urls")),
]

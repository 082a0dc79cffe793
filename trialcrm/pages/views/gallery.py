"""The gallery: every component in every state, with invented data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialcrm.access.gates import personal
from trialcrm.pages.gallery import samples


@personal("shows components with invented data only")
def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/gallery.html", samples(request))

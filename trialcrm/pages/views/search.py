"""Finding a subject, a person or a study from anywhere."""

from django.http import HttpRequest, HttpResponse

from trialcrm.access.gates import personal
from trialcrm.core.htmx import show
from trialcrm.pages.finding import find


@personal("finds only what the person may see")
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    return show(request, "pages/search.html", {"words": words, "groups": find(request.user, words)}, fragment="results")

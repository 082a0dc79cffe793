"""The front door: every address of the portal."""

from django.urls import include, path

from trialcrm.api.views.graphql.entrance import graphql
from trialcrm.api.views.rest.entrances import addresses, api
from trialcrm.console.admin import console

urlpatterns = [
    path("", include("trialcrm.pages.urls")),
    path("", include("trialcrm.dashboards.urls")),
    # What is done with a participant is a word of its address in subjects, so the parts of their chart come first.
    path("", include("medications.urls")),
    path("", include("safety.urls")),
    path("", include("messaging.urls")),
    path("", include("subjects.urls")),
    path("", include("trialcrm.cdisc.urls")),
    path("", include("trialcrm.live.urls")),
    path("account/", include("trialcrm.users.urls")),
    path("", include("trialcrm.trail.urls")),
    path("console/", console.urls),
    path("operations/", include("trialcrm.console.urls")),
    path("", include("trialcrm.api.urls")),
    path("api/v1/", include((addresses(api), "v1"))),
    path("graphql", graphql, name="graphql"),
]

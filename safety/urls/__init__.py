"""The addresses of this app."""

from . import assessments, events, reports, symptoms

app_name = "safety"

urlpatterns = [*events.urlpatterns, *assessments.urlpatterns, *reports.urlpatterns, *symptoms.urlpatterns]

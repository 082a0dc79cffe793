"""The ways in."""

from django.urls import path

from trialcrm.cdisc.views import findings, runs

app_name = "cdisc"

urlpatterns = [
    path("imports/", runs.imports, name="imports"),
    path("imports/new/", runs.new_import, name="import-new"),
    path("imports/<uuid:pk>/", runs.run, name="import"),
    path("imports/<uuid:pk>/again/", runs.run_again, name="import-again"),
    path("imports/<uuid:pk>/findings/", findings.run_findings, name="import-findings"),
    path("studies/<uuid:pk>/findings/", findings.study_findings, name="study-findings"),
]

from django.urls import path

from safety.views import reports

urlpatterns = [
    path("adverse-events/<uuid:pk>/send-report/", reports.send, name="event-send-report"),
    path("adverse-events/<uuid:pk>/sponsor-assessment/", reports.assess_as_sponsor, name="event-sponsor-assessment"),
    path("safety-reports/<uuid:pk>/", reports.safety_report, name="safety-report"),
    path("safety-reports/<uuid:pk>/receive/", reports.receive, name="report-receive"),
    path("safety-reports/<uuid:pk>/acknowledge/", reports.acknowledge, name="report-acknowledge"),
]

from django.urls import path

from .views import participant, reports, today

app_name = "dashboards"

urlpatterns = [
    path("reports/", reports.reports, name="reports"),
    path("reports/studies/<uuid:pk>/", reports.report, name="report"),
    path("reports/studies/<uuid:pk>/records/", reports.report_records, name="report-records"),
    path("today/", today.today, name="today"),
    path("my/", participant.my_today, name="my-today"),
    path("my/data.json", participant.my_data, name="my-data"),
]

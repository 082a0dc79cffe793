from django.urls import path

from .views import participant, today

app_name = "dashboards"

urlpatterns = [
    path("today/", today.today, name="today"),
    path("my/visits/", participant.my_visits, name="my-visits"),
]

from django.urls import path

from .views import events

app_name = "live"

urlpatterns = [path("events", events, name="events")]

from django.urls import path

from . import views

app_name = "trail"

urlpatterns = [
    path("", views.search, name="search"),
    path("subject/<uuid:pk>/", views.subject, name="subject"),
    path("<str:app_label>/<str:model>/<uuid:pk>/", views.record, name="record"),
]

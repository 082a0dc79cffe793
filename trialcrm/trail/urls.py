from django.urls import path

from . import views

app_name = "trail"

urlpatterns = [
    path("my/record/", views.my_record, name="my-record"),
    path("trail/", views.search, name="search"),
    path("trail/subject/<uuid:pk>/", views.subject, name="subject"),
    path("trail/<str:app_label>/<str:model>/<uuid:pk>/", views.record, name="record"),
]

from django.urls import path

from subjects.views import subjects

urlpatterns = [
    path("subjects/", subjects.subjects, name="subjects"),
    path("subjects/<uuid:pk>/", subjects.subject, name="subject"),
]

from django.urls import path

from subjects.views import studies

urlpatterns = [
    path("studies/", studies.studies, name="studies"),
    path("studies/<uuid:pk>/", studies.study, name="study"),
]

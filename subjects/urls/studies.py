from django.urls import path

from subjects.views import studies

urlpatterns = [
    path("studies/", studies.studies, name="studies"),
    path("studies/<uuid:pk>/", studies.study, name="study"),
    path("studies/<uuid:pk>/change/", studies.change, name="study-change"),
    path("studies/<uuid:pk>/move/", studies.move, name="study-move"),
]

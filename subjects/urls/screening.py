from django.urls import path

from subjects.views import screening

urlpatterns = [
    path("screening/", screening.screening, name="screening"),
    path("screening/<uuid:pk>/", screening.attempt, name="screening-attempt"),
    path("screening/<uuid:pk>/marks/", screening.marks, name="screening-marks"),
    path("screening/<uuid:pk>/confirm/", screening.confirm, name="screening-confirm"),
    path("screening/<uuid:pk>/revoke/", screening.revoke, name="screening-revoke"),
    path("subjects/<uuid:pk>/screening/", screening.tab, name="subject-screening"),
    path("subjects/<uuid:pk>/rescreen/", screening.rescreen, name="subject-rescreen"),
]

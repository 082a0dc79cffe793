"""The ways in, one module per noun."""

from . import appointments, deviations, notes, registration, screening, studies, subjects, team, visits

app_name = "subjects"

urlpatterns = [
    *studies.urlpatterns,
    *subjects.urlpatterns,
    *screening.urlpatterns,
    *visits.urlpatterns,
    *appointments.urlpatterns,
    *notes.urlpatterns,
    *deviations.urlpatterns,
    *team.urlpatterns,
    *registration.urlpatterns,
]

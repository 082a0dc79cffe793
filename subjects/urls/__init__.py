"""The ways in, one module per noun."""

from . import notes, registration, screening, studies, subjects, visits

app_name = "subjects"

urlpatterns = [
    *studies.urlpatterns,
    *subjects.urlpatterns,
    *screening.urlpatterns,
    *visits.urlpatterns,
    *notes.urlpatterns,
    *registration.urlpatterns,
]

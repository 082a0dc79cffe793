from django.urls import path

from subjects.views import participation, registration

urlpatterns = [
    path("subjects/register/", registration.register, name="subject-register"),
    path("subjects/prescreen/", registration.prescreen, name="subject-prescreen"),
    path("subjects/<uuid:pk>/enter-screening/", registration.enter_screening, name="subject-enter-screening"),
    path("subjects/<uuid:pk>/consent/", registration.consent, name="subject-consent"),
    path("consents/<uuid:pk>/withdraw/", registration.withdraw_consent, name="consent-withdraw"),
    path("consents/<uuid:pk>/correct/", registration.correct_consent, name="consent-correct"),
    path("subjects/<uuid:pk>/identity/", registration.identity, name="subject-identity"),
    path("subjects/<uuid:pk>/change/", registration.change, name="subject-change"),
    # Last, because any word could be a move.
    path("subjects/<uuid:pk>/<slug:move>/", participation.move, name="subject-move"),
]

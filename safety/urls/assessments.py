from django.urls import path

from safety.views import assessments

urlpatterns = [
    path("adverse-events/<uuid:pk>/assess/", assessments.assess, name="event-assess"),
    path("adverse-events/<uuid:pk>/assess-medically/", assessments.assess_medically, name="event-assess-medically"),
    path("adverse-events/<uuid:pk>/correct/", assessments.correct, name="event-correct"),
    path("adverse-events/<uuid:pk>/sign/", assessments.sign, name="event-sign"),
]

from django.urls import path

from safety.views import portal

urlpatterns = [
    path("my/symptoms/", portal.my_symptoms, name="my-symptoms"),
    path("my/symptoms/report/", portal.report_symptom, name="my-symptom-report"),
]

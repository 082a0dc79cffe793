from django.urls import path

from subjects.views import deviations

urlpatterns = [
    path("deviations/", deviations.deviations, name="deviations"),
    path("deviations/<uuid:pk>/", deviations.deviation, name="deviation"),
    path("deviations/<uuid:pk>/open/", deviations.confirm, name="deviation-confirm"),
    path("deviations/<uuid:pk>/dismiss/", deviations.dismiss, name="deviation-dismiss"),
    path("deviations/<uuid:pk>/assess/", deviations.assess, name="deviation-assess"),
    path("deviations/<uuid:pk>/upgrade/", deviations.upgrade, name="deviation-upgrade"),
    path("deviations/<uuid:pk>/action/", deviations.action, name="deviation-action"),
    path("deviations/<uuid:pk>/close/", deviations.close, name="deviation-close"),
    path("subjects/<uuid:pk>/deviations/add/", deviations.add, name="deviation-add"),
]

from django.urls import path

from subjects.views import appointments, portal

urlpatterns = [
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/<uuid:pk>/", appointments.appointment, name="appointment"),
    path("appointments/<uuid:pk>/confirm/", appointments.confirm, name="appointment-confirm"),
    path("appointments/<uuid:pk>/move/", appointments.move, name="appointment-move"),
    path("appointments/<uuid:pk>/cancel/", appointments.cancel, name="appointment-cancel"),
    path("appointments/<uuid:pk>/miss/", appointments.miss, name="appointment-miss"),
    path("appointments/<uuid:pk>/keep/", appointments.keep, name="appointment-keep"),
    path("appointments/<uuid:pk>/decline/", appointments.decline, name="appointment-decline"),
    path("subjects/<uuid:pk>/appointments/add/", appointments.book, name="subject-appointment-add"),
    path("my/appointments/", portal.my_appointments, name="my-appointments"),
    path("my/appointments.ics", portal.my_appointments_ics, name="my-appointments-ics"),
    path("my/appointments/<uuid:pk>/confirm/", portal.confirm, name="my-appointment-confirm"),
    path("my/appointments/<uuid:pk>/ask/", portal.ask, name="my-appointment-ask"),
]

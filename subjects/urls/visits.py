from django.urls import path

from subjects.views.visits import acts, bookings, calendar, charts, lists, records

urlpatterns = [
    path("visits/", lists.visits, name="visits"),
    path("visits/calendar/", calendar.calendar, name="calendar"),
    path("visits/<uuid:pk>/", records.visit, name="visit"),
    path("visits/<uuid:pk>/schedule/", bookings.schedule, name="visit-schedule"),
    path("visits/<uuid:pk>/reschedule/", bookings.reschedule, name="visit-reschedule"),
    path("visits/<uuid:pk>/window/", bookings.window, name="visit-window"),
    path("visits/<uuid:pk>/start/", acts.start, name="visit-start"),
    path("visits/<uuid:pk>/complete/", acts.complete, name="visit-complete"),
    path("visits/<uuid:pk>/miss/", acts.miss, name="visit-miss"),
    path("visits/<uuid:pk>/cancel/", acts.cancel, name="visit-cancel"),
    path("subjects/<uuid:pk>/visits/", charts.subject_visits, name="subject-visits"),
    path("subjects/<uuid:pk>/visits.ics", charts.subject_visits_ics, name="subject-visits-ics"),
    path("subjects/<uuid:pk>/visits/add/", acts.add, name="subject-visit-add"),
]

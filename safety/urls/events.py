from django.urls import path

from safety.views import charts, closing, entry, events, plans, review

urlpatterns = [
    path("safety-review/", review.review, name="review"),
    path("safety-review/close/", closing.close_together, name="close-together"),
    path("adverse-events/", events.events, name="events"),
    path("adverse-events/<uuid:pk>/", events.event, name="event"),
    path("adverse-events/<uuid:pk>/confirm/", entry.confirm, name="event-confirm"),
    path("adverse-events/<uuid:pk>/change/", entry.change, name="event-change"),
    path("adverse-events/<uuid:pk>/ask-review/", closing.ask_review, name="event-ask-review"),
    path("adverse-events/<uuid:pk>/return/", closing.send_back, name="event-return"),
    path("adverse-events/<uuid:pk>/resolve/", closing.resolve, name="event-resolve"),
    path("adverse-events/<uuid:pk>/reopen/", closing.reopen, name="event-reopen"),
    path("adverse-events/<uuid:pk>/close/", closing.close, name="event-close"),
    path("adverse-events/<uuid:pk>/dismiss/", closing.dismiss, name="event-dismiss"),
    path("adverse-events/<uuid:pk>/void/", closing.void, name="event-void"),
    path("subjects/<uuid:pk>/safety/", charts.subject_events, name="subject-events"),
    path("subjects/<uuid:pk>/safety/record/", entry.record, name="event-record"),
    path("subjects/<uuid:pk>/safety/serious-part/", entry.serious_part, name="event-serious-part"),
    path("subjects/<uuid:pk>/safety/report/", entry.report, name="event-report"),
    path("studies/<uuid:pk>/safety/", plans.plan, name="plan"),
]

from django.urls import path

from messaging.views import mails, notifications

urlpatterns = [
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.read_all, name="notifications-read"),
    path("notifications/<uuid:pk>/read/", notifications.read, name="notification-read"),
    path("mails/", mails.mails, name="mails"),
    path("mails/retry/", mails.retry, name="mails-retry"),
]

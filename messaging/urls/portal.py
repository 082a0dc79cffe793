from django.urls import path

from messaging.views import portal

urlpatterns = [
    path("my/messages/", portal.my_messages, name="my-messages"),
    path("my/messages/write/", portal.my_message, name="my-message"),
    path("my/messages/delivered/", portal.my_delivered, name="my-messages-delivered"),
    path("my/conversations/<uuid:pk>/", portal.my_conversation, name="my-conversation"),
    path("my/conversations/<uuid:pk>/reply/", portal.my_reply, name="my-reply"),
    path("my/conversations/<uuid:pk>/read/", portal.my_read, name="my-conversation-read"),
    path("my/messages/<uuid:pk>/retract/", portal.my_retract, name="my-message-retract"),
    path("my/attachments/<uuid:pk>/", portal.my_attachment, name="my-attachment"),
    path("my/notifications/", portal.my_notifications, name="my-notifications"),
]

from django.urls import path

from messaging.views import conversations, messages

urlpatterns = [
    path("conversations/", conversations.conversations, name="conversations"),
    path("conversations/start/", conversations.start, name="conversation-start"),
    path("conversations/delivered/", conversations.delivered, name="conversations-delivered"),
    path("conversations/<uuid:pk>/", conversations.conversation, name="conversation"),
    path("conversations/<uuid:pk>/reply/", conversations.reply, name="conversation-reply"),
    path("conversations/<uuid:pk>/read/", conversations.read, name="conversation-read"),
    # Two words, because any one word after a participant's id is read as a move of the participant.
    path("subjects/<uuid:pk>/messages/", conversations.subject_messages, name="subject-messages"),
    path("sites/<uuid:pk>/contact/", conversations.contact, name="site-contact"),
    path("messages/<uuid:pk>/triage/", messages.triage, name="message-triage"),
    path("messages/<uuid:pk>/retract/", messages.retract, name="message-retract"),
    path("attachments/<uuid:pk>/", messages.attachment, name="attachment"),
]

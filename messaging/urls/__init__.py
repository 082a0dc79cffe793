"""The ways in, one module per noun."""

from . import conversations, notices, portal

app_name = "messaging"

urlpatterns = [*conversations.urlpatterns, *notices.urlpatterns, *portal.urlpatterns]

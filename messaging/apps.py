from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self) -> None:
        from . import duties, subscribers  # noqa: F401  (they register themselves)

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "safety"

    def ready(self) -> None:
        from . import subscribers  # noqa: F401  (connects its subscribers)

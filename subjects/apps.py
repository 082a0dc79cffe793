from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    name = "subjects"

    def ready(self) -> None:
        from . import subscribers  # noqa: F401  (connects its subscribers)

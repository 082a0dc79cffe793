from django.apps import AppConfig


class MedicationsConfig(AppConfig):
    name = "medications"

    def ready(self) -> None:
        from . import subscribers  # noqa: F401  (connects its subscribers)

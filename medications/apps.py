from django.apps import AppConfig


class MedicationsConfig(AppConfig):
    name = "medications"

    def ready(self) -> None:
        from . import duties, subscribers  # noqa: F401  (they register themselves)

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "trialcrm.api"
    label = "api"

    def ready(self) -> None:
        from . import duties  # noqa: F401  (they register themselves)

from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "trialcrm.live"
    label = "live"

    def ready(self) -> None:
        from . import subscribers  # noqa: F401  (subscribes)

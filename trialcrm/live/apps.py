from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "trialcrm.live"
    label = "live"

    def ready(self) -> None:
        from . import duties, subscribers  # noqa: F401  (they register themselves)

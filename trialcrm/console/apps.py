from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "trialcrm.console"
    label = "console"

    def ready(self) -> None:
        from . import duties  # noqa: F401  (they register themselves)

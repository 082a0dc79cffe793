from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "trialcrm.access"
    label = "access"

    def ready(self) -> None:
        from . import sight  # noqa: F401  (registers its checks)

from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "trialcrm.users"
    label = "users"

    def ready(self) -> None:
        from . import signals  # noqa: F401  (connects its receivers)

from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "trialcrm.users"
    label = "users"

    def ready(self) -> None:
        from trialcrm.core import jobs

        from . import signals  # noqa: F401  (connects its receivers)
        from .services.sessions import clear_expired_sessions

        jobs.duty("clear expired sessions", every=24 * 3600)(clear_expired_sessions)

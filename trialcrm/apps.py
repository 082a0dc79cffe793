"""Binds what lies on top to what lies below: the role matrix, and what must follow each migration."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class TrialCRMConfig(AppConfig):
    name = "trialcrm"
    label = "trialcrm"

    def ready(self) -> None:
        from .access import roles
        from .role_matrix import MATRIX, TASKS

        roles.install_matrix(MATRIX, TASKS)
        # Migrations announce themselves only for packages with tables; this one has none.
        sender = apps.get_app_config("access")
        post_migrate.connect(_bring_rights_up_to_date, sender=sender, dispatch_uid="rights follow the matrix")


def _bring_rights_up_to_date(**kwargs: object) -> None:
    from .access import grants

    grants.make_permissions()
    grants.follow_matrix()

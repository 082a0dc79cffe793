from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "trialcrm.audit"
    label = "audit"

    def ready(self) -> None:
        from trialcrm.core import jobs

        from . import checks, ledger, triggers

        jobs.duty("seal the ledger", every=60)(ledger.seal)
        post_migrate.connect(triggers.install, sender=self, dispatch_uid="audit triggers")
        register(checks.trail_is_protected, Tags.database)

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from trialcrm.audit import ledger
from trialcrm.audit.models import LedgerEntry, LedgerSeal


class Command(BaseCommand):
    help = "Prove that no row of the trail was altered, removed, inserted or reordered; name the first that was."

    def handle(self, *args: Any, **options: Any) -> None:
        breach = ledger.verify()
        if breach:
            raise CommandError(f"The trail was tampered with. {breach}")
        last = LedgerSeal.objects.order_by("id").last()
        root = f", last seal {last.seal}" if last else ", nothing sealed yet"
        self.stdout.write(f"{LedgerEntry.objects.count()} rows of the trail are as they were written{root}.")

from typing import Any

from django.core.management.base import BaseCommand

from trialcrm.audit import ledger


class Command(BaseCommand):
    help = "Seal the ledger of the trail up to now and chain the seal to the one before."

    def handle(self, *args: Any, **options: Any) -> None:
        made = ledger.seal()
        self.stdout.write(f"Sealed {made.entries} rows: {made.seal}" if made else "Nothing new to seal.")

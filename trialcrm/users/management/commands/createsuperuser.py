"""Stands in the place of Django's command of this name."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "There are no superusers; see create_operator."

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError("No account is above the rules here. Use: manage.py create_operator EMAIL NAME")

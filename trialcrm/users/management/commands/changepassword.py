"""Stands in the place of Django's command of this name, which would write nothing to the log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Nobody sets another person's password."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("address", nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError("People choose their own password: let them ask for a link at the sign-in.")

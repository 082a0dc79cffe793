"""Makes the account of somebody who runs the installation; there are no accounts above the rules."""

import sys
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from trialcrm.audit.acts import SystemActor
from trialcrm.core.decisions import Refused
from trialcrm.users.models import User
from trialcrm.users.services import create_account


class Command(BaseCommand):
    help = "Make the account of an operator, who runs the installation and sees no clinical data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
        parser.add_argument("--origin", default="", help="where the portal is, like https://trial.example.org")

    def handle(self, *args: Any, email: str, name: str, password_stdin: bool, origin: str, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
        try:
            user = create_account(
                by=SystemActor("create_operator"), email=email, name=name, password=password, is_operator=True
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user.name} ({user.email}) is an operator now.")
        if password is None:
            self._show_link(user, origin or next(iter(settings.CSRF_TRUSTED_ORIGINS), ""))

    def _show_link(self, user: User, origin: str) -> None:
        parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
        minutes = settings.PASSWORD_RESET_TIMEOUT // 60
        self.stdout.write(f"Let them choose a password here, once, within {minutes} minutes:")
        self.stdout.write(f"{origin.rstrip('/')}{reverse('account_reset_password_from_key', kwargs=parts)}")

"""What must be true before the portal serves."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .models import User

DEMO_DOMAIN = "@demo.trialcrm.example"


def assert_no_demo_accounts() -> None:
    """Refuse to serve in production while an account of the demo is open: its password is known to everybody.

    Raises:
        ImproperlyConfigured: saying how many there are and what to do.
    """
    if settings.MODE != "production":
        return
    found = User.objects.filter(email__endswith=DEMO_DOMAIN, is_active=True).count()
    if found:
        raise ImproperlyConfigured(
            f"This database holds {found} open account(s) of the demo ({DEMO_DOMAIN}), whose passwords are no secret. "
            "Serve production from a database of its own."
        )

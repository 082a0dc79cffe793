"""How the installation runs: its mails, its duties, the stream, the seals of the trail, and the settings in force."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext as _

from messaging.selectors import mails_given_up, mails_waiting
from trialcrm.audit.models import LedgerEntry, LedgerSeal
from trialcrm.core import clock, jobs
from trialcrm.core.decisions import require
from trialcrm.live.models import LiveEvent
from trialcrm.users.policies import operate

#: Where the duties of this package leave what they found, for as long as it says something.
PULSE, VERIFIED = "console:pulse", "console:verified"
KEPT = timedelta(days=30)
#: Without a sign for so long, the tick has stopped.
SILENT_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Sealing:
    """The newest seal of the trail, how many rows were written since, and what the last verification found."""

    last: LedgerSeal | None
    seals: int
    unsealed: int
    verified_at: datetime | None
    breach: str


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that the operators' first page shows; nothing in it is about a participant."""

    sessions: int
    mails_waiting: int
    mails_given_up: int
    live_events: int
    last_live_event: datetime | None
    sealing: Sealing
    duties: list[tuple[str, datetime | None]]
    ticked_at: datetime | None
    is_silent: bool
    settings: list[tuple[str, Any]]


def installation(by: Any) -> Installation:
    """The state of the installation now.

    Raises:
        Refused: only operators see it.
    """
    require(operate(by))
    last_event = LiveEvent.objects.order_by("-id").first()
    begun: dict[str, datetime] = cache.get(PULSE) or {}
    ticked_at = max(begun.values(), default=None)
    return Installation(
        sessions=UserSession.objects.count(),
        mails_waiting=mails_waiting(),
        mails_given_up=mails_given_up().count(),
        live_events=LiveEvent.objects.count(),
        last_live_event=last_event.at if last_event else None,
        sealing=_sealing(),
        duties=[(name, begun.get(name)) for name in jobs.names()],
        ticked_at=ticked_at,
        is_silent=ticked_at is None or clock.now() - ticked_at > SILENT_AFTER,
        settings=_settings(),
    )


def _sealing() -> Sealing:
    last = LedgerSeal.objects.order_by("id").last()
    since = last.to_transaction if last else 0
    verified_at, breach = cache.get(VERIFIED) or (None, "")
    return Sealing(
        last=last,
        seals=LedgerSeal.objects.count(),
        unsealed=LedgerEntry.objects.filter(transaction_id__gte=since).count(),
        verified_at=verified_at,
        breach=breach,
    )


def _settings() -> list[tuple[str, Any]]:
    """Settings by what they do. Only those named here, and never a key, an address or a password."""
    version = connection.cursor().connection.info.server_version
    return [
        (_("Mode"), settings.MODE),
        (_("PostgreSQL"), f"{version // 10000}.{version % 10000}"),
        (_("Session ends unused after"), _minutes(settings.SESSION_IDLE_MINUTES)),
        (_("Operators’ session ends unused after"), _minutes(settings.OPERATOR_IDLE_MINUTES)),
        (_("Session ends in any case after"), _("%(n)s hours") % {"n": settings.SESSION_ABSOLUTE_HOURS}),
        (_("Sign-in is locked after"), _("%(n)s attempts") % {"n": settings.SIGN_IN_ATTEMPTS}),
        (_("Sign-in stays locked for"), _minutes(settings.SIGN_IN_LOCK_MINUTES)),
        (_("Second factor required"), _("yes") if settings.SECOND_FACTOR_REQUIRED else _("no")),
        (_("Reset link works for"), _minutes(settings.PASSWORD_RESET_TIMEOUT // 60)),
    ]


def _minutes(number: int) -> str:
    return _("%(n)s minutes") % {"n": number}

"""What the tick does for this app: send mails, and remind of what was left lying.

Deadlines live in the data: each duty finds what is past its time and was not told of yet, so that nothing is lost while
the portal is down, and nothing is told twice. Where several limits were passed meanwhile, the latest one is told.
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from medications import selectors as medications
from messaging import selectors
from messaging.policies.telling import CLOCKS, LOT_DAYS, LOT_EXPIRING, UNREAD, VISIT_OVERDUE, Reminder
from messaging.services import outbox
from messaging.services.notices import About, notify
from safety import selectors as safety
from subjects import selectors as subjects
from subjects.domain.visits import WindowState
from trialcrm.audit.acts import SystemActor
from trialcrm.core import clock
from trialcrm.core.jobs import duty

TICK = SystemActor("reminders")


@duty("send mails", every=10)
def send_mails() -> int:
    """Empty the outbox."""
    return outbox.drain()


@duty("remind of unread messages", every=60)
def remind_of_unread_messages() -> int:
    """A participant's message that nobody at the site has read for a day, and for three."""
    shortest, longest = min(UNREAD), max(UNREAD)
    return sum(
        _remind(
            UNREAD[longest if clock.now() - item.sent_at >= timedelta(hours=longest) else shortest],
            item.message_id,
            About(item.study_id, item.site_id, item.subject_id, item.conversation_id),
        )
        for item in selectors.unread_at_sites(shortest)
    )


@duty("remind of serious events", every=60)
def remind_of_serious_events() -> int:
    """A serious event that is to be reported within twelve hours, within four, and whose time is over."""
    told = 0
    for event, study, site, subject, due in safety.running_clocks():
        passed = [hours for hours in CLOCKS if due - clock.now() <= timedelta(hours=hours)]
        if passed:
            told += _remind(CLOCKS[min(passed)], event, About(study, site, subject, event))
    return told


@duty("remind of overdue visits", every=600)
def remind_of_overdue_visits() -> int:
    """A visit that is not done although its window is over, by the calendar of its site."""
    focus = subjects.focus_of(TICK)
    late = subjects.in_window_state(subjects.visit_list(TICK), focus, WindowState.OVERDUE)
    names = ("pk", "study_id", "site_id", "subject_id", "closes_on")
    return sum(
        _remind(VISIT_OVERDUE, pk, About(study, site, subject, pk), str(closed))
        for pk, study, site, subject, closed in late.order_by("pk").values_list(*names)
    )


@duty("remind of expiring lots", every=3600)
def remind_of_expiring_lots() -> int:
    """A lot in stock at a site that expires soon."""
    kits = medications.expiring(TICK, subjects.focus_of(TICK), LOT_DAYS)
    lots = {(kit.lot_id, kit.study_id, kit.site_id) for kit in kits}
    return sum(_remind(LOT_EXPIRING, lot, About(study, site, None, lot), str(site)) for lot, study, site in lots)


def _remind(reminder: Reminder, record: uuid.UUID, about: About, *more: str) -> int:
    people: Iterable[Any] = selectors.audience(reminder.roles, about.study_id, about.site_id)
    key = ":".join([str(record), *more])
    return notify(people, kind=reminder.kind, key=key, about=about, mail=reminder.mail)

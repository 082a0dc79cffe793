"""What both frames are put together from."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from trialcrm.core import clock

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    icon: str
    url: str
    current: bool = False
    count: int | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    title: str
    url: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    initials: str
    role_name: str


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    icon: str
    url: str
    method: str = "get"


def address_of(name: str) -> str:
    """The address of a page, or nothing while the package that has it is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def events_url() -> str:
    """Where an open page hears what changed, beginning with what changed since it was made."""
    return f"{reverse('live:events')}?since={int(clock.now().timestamp() * 1000)}"


def answer_of(ask: Callable[[], T], otherwise: T) -> T:
    """What a part of a page has to say; a part that fails is logged and left out, and the page stands."""
    try:
        return ask()
    except Exception:
        log.exception("a part of a page has no answer")
        return otherwise


def account_links() -> list[Link]:
    wanted = (
        (_("Your account"), "user", "account_overview", "get"),
        (_("Devices"), "monitor-smartphone", "usersessions_list", "get"),
        (_("Sign out"), "log-out", "account_logout", "post"),
    )
    return [Link(label, icon, reverse(name), method) for label, icon, name, method in wanted]


def unread_of(user: Any, unread: Callable[[Any], int], name: str) -> tuple[int, str]:
    """The number on the bell and where it leads; nothing while there is no list to lead to."""
    url = address_of(name)
    return (answer_of(lambda: unread(user), 0), url) if url else (0, "")

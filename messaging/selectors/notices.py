"""What somebody is told, and who is to be told."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from messaging.domain.mails import MailStatus
from messaging.models import Notification, OutgoingMail
from subjects import selectors as subjects
from trialcrm.access.models import GroupMembership
from trialcrm.core.paging import Order

NOBODY = uuid.UUID(int=0)
LATEST_FIRST = Order(("-created_at", "-id"))


@dataclass(frozen=True, slots=True)
class Notice:
    """One line under the bell; `about` is the participant's code, for those who still see them."""

    notification: Notification
    about: str
    url: str
    zone: str


def unread(user: Any) -> int:
    """How many notices somebody has not read; the number on the bell."""
    return Notification.objects.visible_to(user).unread().count()


def notifications_of(user: Any) -> QuerySet[Notification]:
    """Everything that somebody was told."""
    return Notification.objects.visible_to(user).select_related("site")


def notice_lines(user: Any, rows: Iterable[Notification]) -> list[Notice]:
    """Lines for notifications already chosen, with the codes of participants who are in the person's sight."""
    found = list(rows)
    ids = {row.subject_id for row in found if row.subject_id}
    codes = dict(subjects.subject_list(user).filter(pk__in=ids).values_list("pk", "subject_id")) if ids else {}
    return [
        Notice(row, codes.get(row.subject_id or NOBODY, ""), address_of(row), row.site.time_zone if row.site else "UTC")
        for row in found
    ]


def address_of(notification: Notification) -> str:
    """Where a notice leads; nothing where it leads nowhere."""
    look = notification.look
    try:
        return reverse(look.route, args=[notification.record_id] if look.has_record else [])
    except NoReverseMatch:
        return ""


def notification_for(user: Any, pk: uuid.UUID) -> Notification:
    """One of the person's own notifications, or 404."""
    return get_object_or_404(Notification.objects.visible_to(user), pk=pk)


def audience(
    roles: Iterable[str],
    study_id: uuid.UUID | None,
    site_id: uuid.UUID | None,
    subject_id: uuid.UUID | None = None,
) -> list[Any]:
    """The active people who hold one of the roles now: at the site, in the whole study, or for the one participant.

    Programs are told nothing; they ask.
    """
    places = (("site", site_id), ("study", study_id), ("subject", subject_id))
    names = [f"{kind}:{pk}:{role}" for kind, pk in places if pk for role in roles]
    members = GroupMembership.objects.active().filter(group__name__in=names).values("user_id")
    return list(get_user_model().objects.filter(pk__in=members, is_active=True, is_service=False).order_by("pk"))


def people(ids: Iterable[uuid.UUID]) -> list[Any]:
    """The active accounts of these ids."""
    return list(get_user_model().objects.filter(pk__in=list(ids), is_active=True).order_by("pk"))


def operators() -> list[Any]:
    """The active accounts of those who run the installation."""
    return list(get_user_model().objects.filter(is_operator=True, is_active=True).order_by("pk"))


def mails_given_up() -> QuerySet[OutgoingMail]:
    """Mails that could not be sent, newest first; for operators."""
    return (
        OutgoingMail.objects.filter(status=MailStatus.GIVEN_UP).select_related("person").order_by("-created_at", "-id")
    )


def mails_waiting() -> int:
    """How many mails wait to be sent."""
    return OutgoingMail.objects.filter(status=MailStatus.WAITING).count()


def colleagues(user: Any, site_ids: Iterable[uuid.UUID], roles: Iterable[str]) -> list[Any]:
    """The people of sites to whom staff can write, without the person who asks."""
    names = [f"site:{pk}:{role}" for pk in site_ids for role in roles]
    members = GroupMembership.objects.active().filter(group__name__in=names).values("user_id")
    found = get_user_model().objects.filter(pk__in=members, is_active=True).exclude(pk=user.pk)
    return list(found.order_by("name"))

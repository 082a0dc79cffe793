"""Accounts for those who run the installation: who a participant is, they do not learn."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from trialcrm.core.decisions import require
from trialcrm.users import selectors as users
from trialcrm.users.models import User
from trialcrm.users.policies import operate

from .values import participants_among


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account; a participant's has neither name nor address here."""

    row: users.AccountRow
    is_participant: bool

    @property
    def name(self) -> str:
        user = self.row.user
        return _("Participant’s account %(id)s") % {"id": str(user.pk)[-8:]} if self.is_participant else user.name

    @property
    def address(self) -> str:
        return "" if self.is_participant else self.row.user.email


def account_lines(by: Any, words: str = "") -> list[AccountLine]:
    """All accounts, or those that the words fit; a participant's only when the words are their whole address.

    Raises:
        Refused: only operators list accounts.
    """
    words = words.strip()
    lines = _lines(users.accounts(by, words))
    return [line for line in lines if not words or not line.is_participant or words.lower() == line.row.user.email]


def _lines(rows: list[users.AccountRow]) -> list[AccountLine]:
    participants = participants_among(row.user.pk for row in rows)
    return [AccountLine(row, row.user.pk in participants) for row in rows]


def account_for(by: Any, pk: str) -> AccountLine:
    """One account, or 404.

    Raises:
        Refused: only operators look after accounts.
    """
    require(operate(by))
    user = get_object_or_404(User, pk=_id(pk))
    return next(line for line in _lines(users.accounts(by, user.email)) if line.row.user == user)


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None

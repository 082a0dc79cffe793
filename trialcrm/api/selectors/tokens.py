"""Tokens and service accounts, as far as one person may see them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from subjects.models import Membership, Site, Study
from subjects.selectors import study_to_staff
from trialcrm.api.domain.tokens import USABLE, State
from trialcrm.api.models import Token
from trialcrm.core import clock


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token with the places to which it is limited, in words; none means wherever its owner may."""

    token: Token
    places: list[str]
    state: State

    @property
    def is_usable(self) -> bool:
        return self.state in USABLE


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A program that reads a study: its role, who answers for it, and its tokens, the newest first."""

    membership: Membership
    tokens: list[TokenRow]
    is_current: bool

    @property
    def account(self) -> Any:
        return self.membership.user


@dataclass(frozen=True, slots=True)
class Places:
    """Where somebody has a role: what a token may be limited to."""

    studies: list[Study]
    sites: list[Site]


def own_tokens(user: Any) -> list[TokenRow]:
    """One's own tokens, those that work first, in a fixed number of queries."""
    return _rows(Token.objects.filter(owner_id=user.pk))


def token_for(user: Any, pk: uuid.UUID) -> Token:
    """A token of one's own, or of a service account of a study on which one gives roles; else 404."""
    seen = Q(pk__in=Token.objects.visible_to(user).values("pk")) | Q(owner_id=user.pk)
    return get_object_or_404(Token.objects.filter(seen).select_related("owner", "study"), pk=pk)


def token_in_use(pk: uuid.UUID) -> Token | None:
    """The token with which something goes on, like a stream, whose owner is still there."""
    return Token.objects.select_related("owner").filter(pk=pk, owner__is_active=True).first()


def token_by_digest(digest: str) -> Token | None:
    """The token with this digest, whatever it is worth, with its owner."""
    return Token.objects.filter(digest=digest).select_related("owner").first()


def places_of(user: Any) -> Places:
    """Studies and sites that the person sees."""
    studies = Study.objects.visible_to(user).order_by("protocol_id")
    sites = Site.objects.visible_to(user).select_related("study").order_by("study__protocol_id", "number")
    return Places(list(studies), list(sites))


def study_to_keep(user: Any, pk: uuid.UUID) -> Study:
    """A study whose people the reader may see, or 404; whether they keep its service accounts is a policy."""
    return study_to_staff(user, pk)


def service_accounts(user: Any, study: Study) -> list[ServiceAccount]:
    """The programs that have, or had, a role in a study, with their tokens; by name, in a fixed number of queries."""
    held = list(_programs(user, study))
    tokens: dict[uuid.UUID, list[TokenRow]] = {}
    for row in _rows(Token.objects.visible_to(user).filter(study=study)):
        tokens.setdefault(row.token.owner_id, []).append(row)
    today = clock.today("UTC")
    return [
        ServiceAccount(item, tokens.get(item.user_id, []), item.ends_on is None or item.ends_on >= today)
        for item in held
    ]


def programs_of(user: Any, study: Study) -> QuerySet[Any]:
    """The open service accounts of a study that a token can be made for."""
    today = clock.today("UTC")
    current = _programs(user, study).filter(Q(ends_on=None) | Q(ends_on__gte=today))
    people = get_user_model()._default_manager.filter(pk__in=current.values("user"), is_active=True)
    return people.order_by("name", "pk")


def _programs(user: Any, study: Study) -> QuerySet[Membership]:
    rows = Membership.objects.visible_to(user).filter(study=study, user__is_service=True)
    return rows.select_related("user__answered_by").order_by("user__name", "user_id", "-starts_on")


def _rows(tokens: QuerySet[Token]) -> list[TokenRow]:
    found = list(tokens.select_related("owner"))
    names = _names(found)
    rows = [TokenRow(token, [names[pk] for pk in _wanted([token]) if pk in names], token.state) for token in found]
    return sorted(rows, key=lambda row: not row.is_usable)


def _wanted(tokens: Iterable[Token]) -> list[uuid.UUID]:
    return [pk for token in tokens for pk in (*token.study_ids, *token.site_ids)]


def _names(tokens: list[Token]) -> dict[uuid.UUID, str]:
    """What the places are called to which tokens are limited; their owners chose them, and may see them named."""
    wanted = _wanted(tokens)
    if not wanted:
        return {}
    studies = Study.objects.filter(pk__in=wanted).values_list("pk", "protocol_id")
    sites = Site.objects.filter(pk__in=wanted).values_list("pk", "study__protocol_id", "number")
    return dict(studies) | {pk: f"{study} · {number}" for pk, study, number in sites}

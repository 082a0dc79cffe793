"""Making tokens, revoking them, and letting in whoever shows one."""

import secrets
import uuid
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects.models import Membership, Site, Study
from subjects.services import give_role
from trialcrm.access.scope import limit, scope_of
from trialcrm.api import policies
from trialcrm.api.domain.tokens import (
    LONGEST,
    PREFIX,
    USE_NOTED_EVERY,
    Verb,
    digest_of,
    ends_at,
    hint_of,
    is_secret,
)
from trialcrm.api.models import Token
from trialcrm.api.selectors.tokens import token_by_digest
from trialcrm.audit import acts, context
from trialcrm.audit.acts import SystemActor
from trialcrm.audit.log import note
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused, require
from trialcrm.users.models import User
from trialcrm.users.services import create_service_account

Ids = Collection[uuid.UUID]
READING = (Verb.READ,)
#: Whoever shows a dead token has not shown who they are.
DOOR = SystemActor("token")


@recorded("token.made", gettext_lazy("Token made"))
def create_token(
    *, by: User, name: str, verbs: Iterable[str], expires_on: date, study_ids: Ids = (), site_ids: Ids = ()
) -> Token:
    """Make a token of one's own. Its `secret` is an attribute of what is returned, and known to nobody afterwards.

    It lets a program do what its owner may at each moment, or less: with `verbs`, in `study_ids` and at `site_ids`
    (both empty: wherever the owner may), until the end of `expires_on` in the owner's zone.

    Raises:
        Refused: no name or verb; a day that is over or more than a year away; a place where the owner has no role; the
            owner is a program.
    """
    require(policies.make_token(by, by))
    _require_places(by, study_ids, site_ids)
    return _make(by, name, verbs, expires_on, study_ids=study_ids, site_ids=site_ids)


@recorded("service-account.made", gettext_lazy("Service account made"))
def make_service_account(
    *,
    by: User,
    study: Study,
    account_name: str,
    role: str,
    name: str,
    expires_on: date,
    verbs: Collection[str] = READING,
) -> Token:
    """Let a program read a study: an account that cannot sign in, its role in the whole study, and its first token.

    Whoever makes it answers for it and is named in it, which stands for the check of an identity (21 CFR 11.100(b)).
    `account_name` is that of the program, `name` says what the token is for; it comes back with its `secret`.

    Raises:
        Refused: `by` gives no roles in the whole study; another role than monitor, sponsor's safety staff or inspector;
            another verb than to read; or as when a token is made.
    """
    require(policies.make_service_account(by, study, role))
    require(policies.issue_token(verbs))
    account = create_service_account(by=by, name=account_name)
    starts_on = clock.today("UTC")
    membership = give_role(by=by, user=account, role=role, study=study, starts_on=starts_on)
    acts.here().about = membership
    return _make_for(membership, name, verbs, expires_on)


@recorded("token.issued", gettext_lazy("Token of a service account made"))
def issue_token(
    *, by: User, study: Study, account: User, name: str, expires_on: date, verbs: Collection[str] = READING
) -> Token:
    """Make another token for a service account of a study, to take the place of one that runs out.

    Raises:
        Refused: `by` gives no roles in the whole study; the account is no program with a role in it, or closed; another
            verb than to read; or as when a token is made.
    """
    require(policies.keep_service_accounts(by, study))
    require(policies.issue_token(verbs))
    held = Membership.objects.filter(user=account, study=study, user__is_service=True, user__is_active=True)
    membership = held.select_related("user", "study").order_by("-starts_on").first()
    if membership is None:
        raise Refused(refused(_("This is no service account of this study."), "account"))
    return _make_for(membership, name, verbs, expires_on)


def _make_for(membership: Membership, name: str, verbs: Iterable[str], expires_on: date) -> Token:
    study = membership.study
    return _make(membership.user, name, verbs, expires_on, study=study, study_ids=[study.pk])


def _make(owner: User, name: str, verbs: Iterable[str], expires_on: date, **facts: Any) -> Token:
    chosen = set(verbs)
    zone = owner.time_zone or "UTC"
    if not name.strip():
        require(refused(_("Say what the token is for."), "name"))
    if not chosen or not chosen <= set(Verb.values):
        require(refused(_("Choose what the token may do."), "verbs"))
    _require_days(expires_on, clock.today(zone))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        owner=owner,
        name=name.strip(),
        verbs=[verb.value for verb in Verb if verb in chosen],
        expires_at=ends_at(expires_on, zone),
        digest=digest_of(secret),
        hint=hint_of(secret),
        **{key: _plain(value) for key, value in facts.items()},
    )
    token.save()
    token.secret = secret
    return token


def _plain(value: Any) -> Any:
    return value if isinstance(value, Study) else sorted(set(value))


def _require_days(expires_on: date, today: date) -> None:
    if expires_on < today:
        require(refused(_("This day is over."), "expires_on"))
    if expires_on >= today + LONGEST:
        require(refused(_("A token lasts a year at most."), "expires_on"))


def _require_places(owner: User, study_ids: Ids, site_ids: Ids) -> None:
    known = scope_of(owner).roles
    if not known.keys() >= set(study_ids):
        require(refused(_("You have no role in one of these studies."), "study_ids"))
    if not known.keys() >= set(site_ids):
        require(refused(_("You have no role at one of these sites."), "site_ids"))
    if study_ids and Site.objects.filter(pk__in=site_ids).exclude(study_id__in=study_ids).exists():
        require(refused(_("One of these sites belongs to a study that is not chosen."), "site_ids"))


@recorded("token.revoked", gettext_lazy("Token revoked"))
def revoke_token(*, by: User, token: Token, reason: str = "") -> Token:
    """Make a token worthless at once.

    Raises:
        Refused: it is neither one's own nor that of a service account which one answers for; it works no longer.
    """
    token = Token.objects.select_for_update(of=("self",)).select_related("owner", "study").get(pk=token.pk)
    require(policies.revoke_token(by, token))
    _revoke(token, reason)
    return token


@recorded("token.all-revoked", gettext_lazy("All own tokens revoked"))
def revoke_own_tokens(*, by: User, reason: str = "") -> User:
    """Make every token of one's own worthless at once; those that work no longer stay as they are."""
    for token in Token.objects.select_for_update().filter(owner_id=by.pk, revoked_at=None):
        if token.is_usable:
            _revoke(token, reason)
    return by


def _revoke(token: Token, reason: str) -> None:
    token.revoked_at, token.revoked_reason = clock.now(), reason.strip()
    token.save()


def authenticate(secret: str) -> Token | None:
    """Let in whoever shows a secret: the token, with its `owner`; None for one that is unknown, expired or revoked, or
    whose owner's account is closed.

    From here until the request is over, the owner's scope is no wider than the token's, and every row of the log names
    the token. The time of use is written once a minute at most, and so is the log of a dead token that is shown.

    Raises:
        LookupError: there is no request under way that could hold the limit.
    """
    token = token_by_digest(digest_of(secret)) if is_secret(secret) else None
    if token is None:
        return None
    why = "" if token.owner.is_active else "the account is closed"
    why = why if token.is_usable else str(token.state)
    if why:
        _note_refusal(token, why)
        return None
    bind(token)
    _note_use(token)
    return token


def bind(token: Token) -> None:
    """Hold the owner to the token for the request under way. `authenticate` does this; a stream that outlives its
    request does it again in its own.

    Raises:
        LookupError: there is no request under way.
    """
    limit(token.owner, token.limit)
    context.through(token.shown_as)


def _note_use(token: Token) -> None:
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at >= USE_NOTED_EVERY:
        token.last_used_at = now
        token.save()


def _note_refusal(token: Token, why: str) -> None:
    now = clock.now()
    if token.last_refused_at is None or now - token.last_refused_at >= USE_NOTED_EVERY:
        token.last_refused_at = now
        token.save()
        note("token.refused", _("A token that works no longer was shown"), by=DOOR, about=token, facts={"why": why})

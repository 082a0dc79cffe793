"""Who makes and revokes tokens, and what one of them lets its holder do."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from subjects.models import Study
from subjects.policies import change_memberships
from trialcrm.access.roles import SERVICE_ROLES
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused

from .domain.tokens import SERVICE_VERBS, Verb
from .models import Token


def may(token: Token, verb: str) -> Decision:
    """Whether a token was made for this verb. What its owner's role allows is asked besides.

    That of a service account only reads, whatever stands in it.
    """
    if token.owner.is_service and verb not in SERVICE_VERBS:
        return refused(_("A service account only reads."))
    if verb in token.verbs:
        return ALLOWED
    words = _("This token was not made for this (“%(verb)s”). It may: %(verbs)s.")
    return refused(words % {"verb": Verb(verb).label, "verbs": token.verb_words})


def make_token(user: Any, owner: Any) -> Decision:
    """Everybody makes tokens of their own, on a page; a program gets them from whoever answers for it."""
    if user.is_service:
        return refused(_("A service account makes no tokens."))
    return ALLOWED if owner.pk == user.pk else refused(_("Nobody makes a token of somebody else's."))


def revoke_token(user: Any, token: Token) -> Decision:
    """One's own, and those of the service accounts of a study on which one gives roles."""
    return first_refusal(_answers_for(user, token), _is_in_force(token))


def _answers_for(user: Any, token: Token) -> Decision:
    if token.owner_id == user.pk:
        return ALLOWED
    if token.study is None:
        return refused(_("This token is somebody else's."))
    return keep_service_accounts(user, token.study)


def _is_in_force(token: Token) -> Decision:
    if token.revoked_at:
        return refused(_("This token was revoked already."))
    return ALLOWED if token.is_usable else refused(_("This token has expired already."))


def keep_service_accounts(user: Any, study: Study) -> Decision:
    """Programs that read a study as a whole are let in by whoever gives roles in the whole study."""
    program = refused(_("A service account makes no other.")) if user.is_service else ALLOWED
    return first_refusal(program, change_memberships(user, study))


def make_service_account(user: Any, study: Study, role: str) -> Decision:
    """With a role that reads coded data, and never who somebody is (GDPR Article 25)."""
    fits = ALLOWED if role in SERVICE_ROLES else refused(_("A service account reads coded data only."), "role")
    return first_refusal(keep_service_accounts(user, study), fits)


def issue_token(verbs: Iterable[str]) -> Decision:
    """A service account only reads: with its role it would otherwise do what whoever made it may not (21 CFR
    11.10(g)).
    """
    if set(verbs) <= SERVICE_VERBS:
        return ALLOWED
    return refused(_("A service account only reads."), "verbs")

"""Showing who one is, in the same request as the signature."""

import re
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from trialcrm.audit.log import note, place_of
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused
from trialcrm.core.events import publish
from trialcrm.users import mails
from trialcrm.users.domain.signatures import Proof
from trialcrm.users.events import SigningFailed
from trialcrm.users.models import User
from trialcrm.users.selectors.factors import factors_of
from trialcrm.users.selectors.signatures import digest_of_record

from .factors import has_code

# What a session remembers: when its person last signed with both components, and how often signing failed since.
SIGNED, FAILED = "signed_at", "signing_failures"
BY_PASSWORD, BY_CODE = "password", "code"
WITNESSED = "witnessed"
LOOKS_LIKE_CODE = re.compile(r"\d{3} ?\d{3}")


class SigningOver(Exception):
    """Signing failed too often; the session is over."""


def needs_address(request: HttpRequest) -> bool:
    """Whether both components are asked for: at the first signing, and a while after the last (21 CFR 11.200(a))."""
    window = timedelta(minutes=settings.SIGN_FAST_WINDOW_MINUTES).total_seconds()
    return clock.now().timestamp() - request.session.get(SIGNED, 0) > window


def prove(request: HttpRequest, *, about: Any, email: str | None, secret: str, shown: str) -> Proof:
    """Check that it is the genuine owner of the account who signs, in the same request (21 CFR 11.200(a)(1)–(2)).

    The secret is the password, or a code of the authenticator app, which also those have who sign in elsewhere.

    Raises:
        Refused: the address or the secret is not the person's own, or too many attempts failed.
        SigningOver: this was one failure too many; the caller's session is ended (21 CFR 11.300(d)).
    """
    user: Any = request.user
    address_is_right = email is None or email.strip().lower() == user.email
    method = _method(request, user, secret)
    if not (address_is_right and method):
        _count_failure(request, about)
        raise Refused(refused(_("The address or the password is not yours. Nothing was signed."), "password"))
    request.session[FAILED] = 0
    if email is not None:
        request.session[SIGNED] = clock.now().timestamp()
    return Proof(user.pk, method, shown)


def _method(request: HttpRequest, user: Any, secret: str) -> str:
    """How the secret shows who it is; empty when it is not the person's own."""
    try:
        if LOOKS_LIKE_CODE.fullmatch(secret) and factors_of(user).app:
            return BY_CODE if has_code(user, secret) else ""
        return BY_PASSWORD if get_adapter(request).reauthenticate(user, secret) else ""
    except ValidationError as locked:
        raise Refused(refused(" ".join(locked.messages), "password")) from locked
    except Refused as locked:
        raise Refused(refused(str(locked), "password")) from locked


def _count_failure(request: HttpRequest, about: Any) -> None:
    user: Any = request.user
    failures = request.session[FAILED] = request.session.get(FAILED, 0) + 1
    note("signature.failed", _("Signing failed"), by=user, about=about, facts={"failures": failures})
    if failures >= settings.SIGN_ATTEMPTS:
        place = place_of(about)
        publish(SigningFailed(user.pk, place["study_id"], place["site_id"]))
        mails.tell_of_failed_signing(user)
        raise SigningOver


def witnessed(user: User, record: Any) -> Proof:
    """A proof without a password, for an example whose people exist on paper only.

    Raises:
        ImproperlyConfigured: with production settings.
    """
    if settings.MODE == "production":
        raise ImproperlyConfigured("In production people sign for themselves.")
    return Proof(user.pk, WITNESSED, digest_of_record(record))

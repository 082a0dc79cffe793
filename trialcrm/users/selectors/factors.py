"""Second factors of an account."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

from trialcrm.access.roles import SPONSOR_ROLES
from trialcrm.access.scope import scope_of

#: Recovery codes are a way back, not a factor of their own.
REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person shows besides the password: an app, security keys, and codes for when both are lost."""

    app: Authenticator | None
    keys: list[Authenticator]
    codes: Authenticator | None

    @property
    def any(self) -> bool:
        return self.app is not None or bool(self.keys)

    @property
    def codes_left(self) -> int:
        return len(self.codes.wrap().get_unused_codes()) if self.codes else 0


def factors_of(user: Any) -> Factors:
    """The second factors that the person has set up."""
    found = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at", "pk"))
    by_type = {item.type: item for item in found}
    keys = [item for item in found if item.type == Authenticator.Type.WEBAUTHN]
    return Factors(by_type.get(Authenticator.Type.TOTP), keys, by_type.get(Authenticator.Type.RECOVERY_CODES))


def has_second_factor(user: Any) -> bool:
    """Whether the person shows more than a password; recovery codes alone do not count."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=REAL).exists()


def needs_second_factor(user: Any) -> bool:
    """Whether somebody must have a second factor: the sponsor's side and operators, where the installation asks it."""
    if not settings.SECOND_FACTOR_REQUIRED:
        return False
    return user.is_operator or bool(scope_of(user).all_roles() & set(SPONSOR_ROLES))

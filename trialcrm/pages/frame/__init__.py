"""The frames around every page: that of staff, and the participant's portal."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .portal import portal_of
from .staff import frame_of

__all__ = ["context", "frame_of", "portal_of"]


def context(request: HttpRequest) -> dict[str, Any]:
    """Both frames, each built only by pages that show it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "frame": SimpleLazyObject(lambda: frame_of(request)),
        "portal": SimpleLazyObject(lambda: portal_of(request)),
    }

"""An admin site that nobody changes anything in, and whose every address has a gate."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from trialcrm.access.gates import requires
from trialcrm.console import views
from trialcrm.console.domain.permissions import Perm

View = Callable[..., HttpResponseBase]


def gated(view: View, **bound: Any) -> View:
    """The view with what it is about, behind the gate of the console; reading only."""

    @wraps(view)
    def opened(request: HttpRequest, **given: Any) -> HttpResponseBase:
        return view(request, **bound, **given)

    return requires(Perm.VIEW_CONSOLE)(require_safe(opened))


class Console(AdminSite):
    """Its own look and no sign-in, actions or log of its own: the portal's are used."""

    def has_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        home = path("", gated(views.index, site=self), name="index")
        return [home, *(found for admin in self._registry.values() for found in admin.get_urls())]

    def url_of(self, record: models.Model) -> str:
        """Where a record stands in the console; nothing for kinds of records that are not in it."""
        if type(record) not in self._registry:
            return ""
        meta = record._meta
        return reverse(f"{self.name}:{meta.app_label}_{meta.model_name}_change", args=[record.pk])


def addresses(admin: Any) -> list[URLPattern]:
    """The list of one kind of record, and one record with its history."""
    meta = admin.model._meta
    name = f"{meta.app_label}_{meta.model_name}"
    return [
        path(f"{meta.model_name}/", gated(views.records, admin=admin), name=f"{name}_changelist"),
        path(f"{meta.model_name}/<uuid:pk>/", gated(views.record, admin=admin), name=f"{name}_change"),
    ]

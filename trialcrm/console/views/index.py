"""What there is in the console."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst

from trialcrm.core.htmx import show


def index(request: HttpRequest, site: Any) -> HttpResponse:
    groups: dict[str, dict[str, Any]] = {}
    for admin in site._registry.values():
        if admin.has_module_permission(request):
            group = groups.setdefault(str(admin.group), {"icon": admin.icon, "kinds": []})
            meta = admin.model._meta
            url = reverse(f"{site.name}:{meta.app_label}_{meta.model_name}_changelist")
            group["kinds"].append((capfirst(str(meta.verbose_name_plural)), url))
    return show(request, "console/index.html", {"groups": groups})

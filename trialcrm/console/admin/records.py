"""How the admin reads one kind of record: always from the reader's sight, never to change it."""

import uuid
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from subjects.models import Site, Study
from trialcrm.access.querysets import view_permission
from trialcrm.access.scope import scope_of
from trialcrm.console.selectors import shown_fields
from trialcrm.core.paging import Order, page_of

from .sites import addresses

#: Parameters of the address that are no filters.
OWN = ("page", "format")
#: Records that stand in the words for others: an event says whose it is.
NAMED_BY = ("subject", "user", "event", "kit", "product", "institution")


class Records(ChangeList):
    """A list in pages that cost the same however deep, without counting everything."""

    model_admin: Any

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        found = super().get_filters_params(params)
        return {name: value for name, value in found.items() if self.model_admin.is_filter(name)}

    def get_query_string(self, new_params: Any = None, *dropped: Any, **named: Any) -> str:
        """As Django's, which is called both ways; a link to a filter begins on the first page."""
        gone = next((names for names in (*dropped, *named.values()) if names), ())
        return super().get_query_string(new_params, [*gone, *OWN])

    def get_results(self, request: HttpRequest) -> None:
        self.page: Any = page_of(self.queryset, self.model_admin.order, request.GET)
        self.result_list = self.page.rows
        self.result_count, self.full_result_count = self.page.total, None
        self.can_show_all, self.multi_page = False, False


class PlaceFilter(admin.SimpleListFilter):
    """Studies or sites in the reader's sight."""

    places: type[models.Model]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows: Any = self.places._default_manager.all()
        return [(str(place.pk), self.word(place)) for place in rows.visible_to(request.user)]

    def word(self, place: Any) -> str:
        return str(place)

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = next((key for key, _word in self.lookup_choices if key == self.value()), None)
        return queryset.filter(**{str(self.parameter_name): chosen}) if chosen else queryset


class Studies(PlaceFilter):
    title, parameter_name, places = _("study"), "study", Study


class Sites(PlaceFilter):
    title, parameter_name, places = _("site"), "site", Site


class RecordAdmin(admin.ModelAdmin):
    """Reading only: nothing is added, changed or deleted, whoever asks."""

    actions = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by: Any = ()
    order = Order(("-id",))
    group, icon = "", ""

    def get_urls(self) -> list[Any]:
        return list(addresses(self))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What a list holds; who works on a study are staff, so participants' own accounts in a role are left out."""
        rows = self.seen(request)
        return rows.filter(subject=None) if self.model._meta.label == "subjects.Membership" else rows

    def seen(self, request: HttpRequest) -> QuerySet[Any]:
        """What the reader may see, with what a line or a page names."""
        return self.model.objects.visible_to(request.user).select_related(*self.related())

    def related(self) -> list[str]:
        """Records that a line or a page names, and the participants whose ids stand in their words."""
        model: Any = self.model
        fields = [model._meta.get_field(name) for name in shown_fields(model)]
        keys = [field for field in fields if isinstance(field, models.ForeignKey)]
        return [path for field in keys for path in _paths(field)]

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return self.order.fields

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Records

    def is_filter(self, name: str) -> bool:
        """Whether an address may narrow the list by a parameter: only by what the list offers."""
        offered = [getattr(item, "parameter_name", item) for item in self.list_filter]
        return name.partition("__")[0] in {*offered, self.date_hierarchy}

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return self.is_filter(lookup)

    def find(self, request: HttpRequest, pk: uuid.UUID) -> Any:
        """One record in the reader's sight, or 404."""
        record = self.seen(request).filter(pk=pk).first()
        if record is None:
            raise Http404
        return record

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        scope, wanted = scope_of(request.user), view_permission(self.model)
        return scope.anywhere(wanted) if obj is None else scope.may(wanted, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _paths(field: Any, depth: int = 2) -> list[str]:
    """A record that is named, and those that stand in its own words."""
    near = [item for item in field.related_model._meta.concrete_fields if item.name in NAMED_BY and depth]
    return [field.name, *(f"{field.name}__{path}" for item in near for path in _paths(item, depth - 1))]

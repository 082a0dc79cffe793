"""What is published: every class, its fields one by one, its filters and orders.

REST and GraphQL are both made from these declarations, so that neither can show what the other does not, and a column
that nobody lists here is read by nobody.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.db import models
from django.db.models import QuerySet

from trialcrm.access.querysets import view_permission
from trialcrm.access.scope import scope_of
from trialcrm.api.domain.moments import Moment, in_utc
from trialcrm.core.decisions import ALLOWED, Decision, refused
from trialcrm.core.paging import Order

Rows = QuerySet[Any]
#: Values of a field for many rows at once, by key of the row.
Loader = Callable[[Any, list[Any]], Mapping[Any, Any]]

_KINDS: tuple[tuple[type[models.Field], Any], ...] = (
    (models.UUIDField, UUID),
    (models.BooleanField, bool),
    (models.DateTimeField, datetime),
    (models.DateField, date),
    (models.DecimalField, Decimal),
    (models.IntegerField, int),
    (models.ForeignKey, UUID),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One published value: its name, its type, and where it is read from.

    `read` is an attribute of the row, or a function of it; `load` gives the values of many rows at once instead.
    """

    name: str
    kind: Any
    read: str | Callable[[Any], Any] = ""
    doc: str = ""
    load: Loader | None = None
    is_empty_null: bool = False

    def of(self, row: Any) -> Any:
        """The value of one row."""
        if callable(self.read):
            return self.read(row)
        value = getattr(row, self.read or self.name)
        return None if self.is_empty_null and value == "" else value


@dataclass(frozen=True, slots=True)
class Link:
    """A pointer to one record of another class, by its key."""

    name: str
    to: str
    column: str = ""

    @property
    def key(self) -> str:
        return self.column or f"{self.name}_id"


@dataclass(frozen=True, slots=True)
class Many:
    """The records of another class that point to this one through their `column`."""

    name: str
    to: str
    column: str


@dataclass(frozen=True, slots=True)
class Part:
    """Records that point to a row through their `column` and are read with it: changing them changes its version."""

    model: type[models.Model]
    column: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A parameter that narrows a list; `apply` gets the rows, the value and the person.

    What staff alone may find by leaves of somebody's own records none.
    """

    name: str
    kind: Any
    apply: Callable[[Rows, Any, Any], Rows]
    doc: str = ""
    is_for_staff: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """One class as other programs see it.

    `rows` gives what is in somebody's sight; `withheld` are the fields that participants do not get of what is their
    own. `brief` names the class of the product brief that it answers, where there is one. `kept_in` gives the record
    whose history tells the version of a row, where that is not the row itself; the history of its `parts` does so too.
    `noting` is told of the rows of each page that somebody is shown, whatever is read of them.
    """

    name: str
    title: str
    doc: str
    permission: str
    rows: Callable[[Any], Rows]
    fields: tuple[Field, ...]
    own_permission: str = ""
    withheld: frozenset[str] = frozenset()
    links: tuple[Link, ...] = ()
    many: tuple[Many, ...] = ()
    filters: tuple[Filter, ...] = ()
    orders: Mapping[str, Order] = field(default_factory=dict)
    brief: str = ""
    kept_in: Callable[[Any], Any] = lambda row: row
    parts: tuple[Part, ...] = ()
    noting: Callable[[Any, list[Any]], None] = lambda user, rows: None

    @property
    def withheld_columns(self) -> frozenset[str]:
        """The columns from which what is withheld is read: nothing else may tell them either."""
        names = (each.read or each.name for each in self.fields if each.name in self.withheld)
        return frozenset(name for name in names if isinstance(name, str))

    def may_be_read_by(self, user: Any) -> Decision:
        """Whether the person holds the right to this class anywhere, as staff or of their own."""
        scope = scope_of(user)
        if not self.permission or scope.anywhere(self.permission):
            return ALLOWED
        if self.own_permission and scope.anywhere(self.own_permission):
            return ALLOWED
        return refused(f"Your role does not include {self.name}.")

    def orders_for(self, user: Any) -> Mapping[str, Order]:
        """The orders that the person may ask for. A place in a list says the values of its order, so that by what is
        withheld from participants staff alone may order; others get the first of those that are left.
        """
        if not self.withheld or scope_of(user).anywhere(self.permission):
            return self.orders
        return {name: order for name, order in self.orders.items() if not order.columns & self.withheld_columns}

    def order(self, user: Any, name: str = "") -> Order:
        """The order of that name, or the list's own for the person.

        Raises:
            KeyError: it is none that they may ask for.
        """
        orders = self.orders_for(user)
        return orders[name or next(iter(orders))]


_published: dict[str, Published] = {}


def publish(item: Published) -> Published:
    """Make a class known under its name."""
    _published[item.name] = item
    return item


def published(name: str) -> Published:
    return _published[name]


def everything() -> list[Published]:
    """All classes, in the order in which they are documented."""
    return list(_published.values())


def in_sight(model: type[models.Model], user: Any, permission: str = "", own_permission: str = "") -> Rows:
    """Rows that the person sees as staff, and those that are their own."""
    rows: Any = model._default_manager.all()
    found = rows.visible_to(user, permission or view_permission(model))
    own = own_permission or getattr(model, "own_permission", "")
    return found | rows.visible_to(user, own) if own else found


def columns(model: type[models.Model], *names: str, **renamed: str) -> tuple[Field, ...]:
    """Fields for columns of a table; `renamed` gives a column another name outside (`visit_status="status"`)."""
    pairs = [(name, name) for name in names] + list(renamed.items())
    return tuple(_column(model, outside, inside) for outside, inside in pairs)


def _column(model: type[models.Model], outside: str, inside: str) -> Field:
    stored: Any = model._meta.get_field(inside.removesuffix("_id") if _is_key(model, inside) else inside)
    kind = _kind_of(stored)
    choices = tuple(str(value) for value, _label in stored.flatchoices or () if value != "")
    if choices and kind is str:
        kind = Literal[choices]
    is_empty_null = kind is not str and bool(choices) and bool(stored.blank)
    if stored.null or is_empty_null:
        kind = kind | None
    label = str(stored.verbose_name)
    return Field(outside, kind, inside, doc=label[:1].upper() + label[1:], is_empty_null=is_empty_null)


def _is_key(model: type[models.Model], name: str) -> bool:
    return name.endswith("_id") and name not in {item.name for item in model._meta.concrete_fields}


def _kind_of(stored: Any) -> Any:
    return next((kind for table, kind in _KINDS if isinstance(stored, table)), str)


def computed(name: str, kind: Any, read: Callable[[Any], Any] | str, doc: str = "") -> Field:
    """A value that follows from a row."""
    return Field(name, kind, read, doc)


def loaded(name: str, kind: Any, load: Loader, doc: str = "") -> Field:
    """A value that is looked up for all rows of a page at once."""
    return Field(name, kind, doc=doc, load=load)


def exact(name: str, kind: Any, column: str = "", doc: str = "") -> Filter:
    """Rows whose column has the value."""
    wanted = column or name
    return Filter(name, kind, lambda rows, value, user: rows.filter(**{wanted: value}), doc)


def between(name: str, column: str, kind: Any = date, doc: str = "") -> tuple[Filter, Filter]:
    """Rows from a day or moment on and until one, both inclusive: `<name>_from` and `<name>_until`.

    Moments are written down to the millisecond, and kept finer: until one without a finer part is until its end.
    """
    is_moment = kind is datetime

    def bound(word: str, lookup: str) -> Filter:
        def apply(rows: Rows, value: Any, user: Any) -> Rows:
            if is_moment:
                value = _end_of_millisecond(in_utc(value)) if word == "until" else in_utc(value)
            return rows.filter(**{f"{column}__{lookup}": value})

        return Filter(f"{name}_{word}", Moment if is_moment else kind, apply, doc)

    return bound("from", "gte"), bound("until", "lte")


def _end_of_millisecond(moment: datetime) -> datetime:
    """The last of its millisecond that is kept, where it has no finer part; else the moment itself."""
    return moment if moment.microsecond % 1000 else moment + timedelta(microseconds=999)


def for_staff(*filters: Filter) -> tuple[Filter, ...]:
    """Filters by what participants do not read of their own: they cannot find by it either."""
    return tuple(replace(each, is_for_staff=True) for each in filters)


def places(*names: str) -> tuple[Filter, ...]:
    """The filters by study, site and participant."""
    known = {"study": "study_id", "site": "site_id", "subject": "subject_id"}
    return tuple(exact(name, UUID, known[name], f"Key of the {name}") for name in names or known)


#: What most records point to, the order in which they were made (keys grow with time), and the filter by the
#: participant's profile, which has the participant's key.
AT_SITE = (Link("study", "studies"), Link("site", "sites"))
ABOUT_SUBJECT = (Link("subject", "subjects"), Link("patient", "patients", "subject_id"), *AT_SITE)
NEWEST_FIRST = {"-created_at": Order(("-id",))}
BY_CREATION = {**NEWEST_FIRST, "created_at": Order(("id",))}
BY_PATIENT = exact("patient", UUID, "subject_id", "Key of the participant")


def choices_of(enumeration: Iterable[Any]) -> Any:
    """The type of a parameter that takes the values of an enumeration."""
    return Literal[tuple(str(item.value) for item in enumeration)]

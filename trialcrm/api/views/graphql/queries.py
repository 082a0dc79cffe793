"""Reading: the list of each class, one record of it, and what an act would sign."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from trialcrm.api.domain.problems import Fault, Problem
from trialcrm.api.domain.tokens import Verb
from trialcrm.api.selectors.publishing import Published
from trialcrm.api.selectors.reading import narrowed, one_row, show
from trialcrm.api.views.rest.entering import require_verb
from trialcrm.api.views.rest.writing import what_is_signed
from trialcrm.api.views.verbs.acting import Act
from trialcrm.core.decisions import require
from trialcrm.core.paging import Order

from .answering import Asked, argument
from .asking import asked_here, chosen, of_nodes, wanted_of
from .kinds import Kinds, Value, or_null, type_of
from .lists import MOST, connection, window
from .naming import list_name, mutation_name, one_name, order_value, to_sign_name, type_name
from .records import AFTER, connection_of, kinds_of, record_of

LINE = type_of("SignedLine", [Value("name", str), Value("label", str), Value("shown", str)], doc="A line of it.")
TO_SIGN = type_of(
    "ToSign",
    [
        Value("statement", str, doc="What the signature says."),
        Value("content", list[LINE], doc="What is signed, line by line."),  # type: ignore[valid-type]
        Value("shown", str, doc="The digest of the content, to send back as `shown`."),
        Value("asks_for_email", bool, doc="Whether the address of the account is asked for besides the password."),
    ],
    doc="What an act signs (21 CFR 11.50).",
)


def many_of(item: Published) -> Asked:
    """The list of a class."""

    def answer(source: Any, info: Any, given: dict[str, Any]) -> Any:
        user = _reader(info, item)
        selections = asked_here(info)
        wanted = wanted_of(user, item, of_nodes(selections))
        return connection(
            _rows(user, item, given),
            _order(user, item, given.get("orderBy", "")),
            window(given),
            lambda rows: show(user, item, rows, wanted),
            counted=any(field.name.startswith("total") for field in chosen(selections)),
        )

    orders = tuple(order_value(name) for name in item.orders)
    kinds = Kinds(type_name(item), known=kinds_of(item.name))
    arguments = [
        *(argument(each.name, kinds.of(each.kind, each.name), doc=each.doc) for each in item.filters),
        argument("orderBy", kinds.enumeration(orders, "Order"), doc="The first of them where it is not said."),
        argument("first", int, doc=f"How many from the beginning, at most {MOST}; 20 where it is not said."),
        AFTER,
        argument("last", int, doc=f"How many from the end, at most {MOST}."),
        argument("before", str, doc="The cursor before which to end."),
    ]
    return Asked(list_name(item), or_null(connection_of(item.name)), answer, arguments, doc=item.doc)


def _order(user: Any, item: Published, wanted: str) -> Order:
    """The order under the name that it has here.

    Raises:
        Problem: it is none that the person may ask for (422).
    """
    names = {order_value(name): name for name in item.orders_for(user)}
    if wanted and wanted not in names:
        raise Problem(422, faults=(Fault("orderBy", "One of: " + ", ".join(names)),))
    return item.order(user, names.get(wanted, ""))


def _rows(user: Any, item: Published, given: dict[str, Any]) -> Any:
    try:
        return narrowed(user, item, given)
    except (ValueError, TypeError, ValidationError):
        raise Problem(422, "A filter needs another value.") from None


def one_of(item: Published) -> Asked:
    """One record of a class."""

    def answer(source: Any, info: Any, given: dict[str, Any]) -> Any:
        user = _reader(info, item)
        row = one_row(user, item, given["id"])
        return show(user, item, [row], wanted_of(user, item, asked_here(info)))[0]

    key = argument("id", UUID, doc="The key of the record.", needed=True)
    return Asked(one_name(item), or_null(record_of(item.name)), answer, [key], doc=item.doc)


def signed_by(act: Act) -> Asked:
    """What an act would sign."""

    def answer(source: Any, info: Any, given: dict[str, Any]) -> Any:
        return what_is_signed(info.context, act, given["id"])

    key = argument("id", UUID, doc="The key of the record.", needed=True)
    words = f"What `{mutation_name(act)}` signs."
    return Asked(to_sign_name(act), or_null(TO_SIGN), answer, [key], doc=words)


def _reader(info: Any, item: Published) -> Any:
    require_verb(info.context, Verb.READ)
    require(item.may_be_read_by(info.context.user))
    return info.context.user

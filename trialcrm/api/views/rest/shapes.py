"""The types of the document: what a class looks like, what its list may be asked, what a problem is."""

from functools import cache
from typing import Annotated, Any

from ninja import Schema
from pydantic import BaseModel, ConfigDict, WithJsonSchema, create_model
from pydantic import Field as Described

from trialcrm.api.selectors.publishing import Published, published

from .document import CLASS

MOST_ROWS = 200


class FieldFault(Schema):
    """One thing to put right; the field is empty where it is about the whole."""

    field: str
    message: str


class ProblemShape(Schema):
    """What went wrong (RFC 9457): the sentence says it, the errors say where."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    errors: list[FieldFault] | None = None


class SignedLine(Schema):
    """One line of what is signed, as a person reads it."""

    name: str
    label: str
    shown: str


class ToSign(Schema):
    """What a signature is put under. `shown` is sent back with it, so that nobody signs what they were not shown."""

    statement: str
    content: list[SignedLine]
    shown: str
    asks_for_email: bool


@cache
def shape_of(name: str) -> type[BaseModel]:
    """One record of a class. What it points to stands beside its key where it was asked for."""
    item = published(name)
    fields: dict[str, Any] = {
        each.name: (each.kind | None if each.name in item.withheld else each.kind, Described(description=each.doc))
        for each in item.fields
    }
    for link in item.links:
        # The library follows references while it writes; the document turns the name of the class into one later.
        known = {"anyOf": [{CLASS: published(link.to).title}, {"type": "null"}]}
        words = f"With include={link.name}; null where it is out of sight."
        fields[link.name] = (Annotated[Any, WithJsonSchema(known)], Described(default=None, description=words))
    return create_model(item.title, __doc__=item.doc, **fields)


@cache
def page_shape_of(name: str) -> type[BaseModel]:
    """One page of a list."""
    item, shape = published(name), shape_of(name)
    rows: Any = list[shape]  # type: ignore[valid-type]
    return create_model(
        f"{item.title}Page",
        items=(rows, ...),
        next=(str | None, Described(description="The address of the next page")),
        previous=(str | None, Described(description="The address of the page before")),
        total=(int, Described(description="How many there are, counted up to a thousand")),
        total_is_more=(bool, Described(description="Whether there are more than a thousand")),
    )


def includes_of(item: Published) -> list[str]:
    """What may be asked for beside a record: what it points to, and what that points to."""
    found = []
    for link in item.links:
        found += [link.name, *(f"{link.name}.{further.name}" for further in published(link.to).links)]
    return found


@cache
def including(name: str) -> dict[str, Any]:
    """The parameter that asks for records beside others."""
    words = "Records to put beside these, with commas between: " + ", ".join(includes_of(published(name)))
    return (
        {"include": (str, Described(default="", description=words, max_length=2000))}
        if includes_of(published(name))
        else {}
    )


@cache
def query_of(name: str) -> type[BaseModel]:
    """What a list may be asked. A parameter that it does not know is refused, so that none widens it by a slip."""
    item = published(name)
    fields: dict[str, Any] = {
        each.name: (each.kind | None, Described(default=None, description=each.doc)) for each in item.filters
    }
    names = ", ".join(item.orders)
    fields["order"] = (str, Described(default="", description=f"One of: {names}", max_length=60))
    fields["limit"] = (int, Described(default=50, ge=1, le=MOST_ROWS, description="Rows of one page"))
    fields["page"] = (str, Described(default="", description="From next or previous", max_length=600))
    return create_model(f"{item.title}Query", __config__=ConfigDict(extra="forbid"), **fields, **including(name))


@cache
def record_query_of(name: str) -> type[BaseModel]:
    """What one record may be asked."""
    return create_model(f"{published(name).title}RecordQuery", __config__=ConfigDict(extra="forbid"), **including(name))

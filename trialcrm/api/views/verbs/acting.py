"""Acts: what other programs may do, each with the form and the service of the page that does the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from pydantic import BaseModel, ValidationError

from trialcrm.access.gates import may_enter
from trialcrm.api.domain.problems import Fault, Problem
from trialcrm.api.domain.tokens import Verb
from trialcrm.core.decisions import ALLOWED, Decision, require

from .bodies import body_of

Record = Any


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an act: who, about which record, with what."""

    request: HttpRequest
    record: Record
    body: Mapping[str, Any]

    @property
    def user(self) -> Any:
        return self.request.user


def nothing_more(call: Call) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, eq=False)
class Act:
    """One act on a published class.

    `load` finds the record that it is about: for what is made anew the record that it belongs to, whose key stands
    in the body under `parent`. What is done by participants about what is their own is open with `own_permission`
    too; without any permission an act is open to everybody who is known. An act that is `on_all` is about no single
    record. The form is made with what `bound` gives and then called with the service, which gets the record as
    `about` and besides what `known` gives. `made` says which record of the class came of it, where that is not the
    service's own result; None where nothing is given back, because nothing came of it or whoever did it does not
    read it. `names` are other names that fields of the form have outside. Where what is sent is made `flat` for the
    form, `nested` says where a field of it was sent; nothing for one that was sent as it is. Where an act `keeps`,
    fields that are not sent stay as they are recorded; what changes a record's fields always does.
    """

    on: str
    name: str
    doc: str
    permission: str
    load: Callable[[Any, UUID], Record]
    about: str
    form: type[forms.Form]
    service: Callable[..., Any]
    rule: Callable[[Any, Record], Decision] | None = None
    bound: Callable[[Call], dict[str, Any]] = nothing_more
    known: Callable[[Call], dict[str, Any]] = nothing_more
    own_permission: str = ""
    parent: str = ""
    is_on_all: bool = False
    verb: Verb = Verb.ACT
    extra: Mapping[str, Any] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    keeps: bool = False
    flat: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    nested: Callable[[str, Call, Any], str] | None = None
    made: Callable[[Any, Call], UUID] | None = lambda result, call: result.pk
    signs: Callable[[Any, Record], tuple[Record, Any]] | None = None
    takes_files: bool = False

    @property
    def is_creating(self) -> bool:
        return self.verb is Verb.CREATE

    @property
    def is_changing(self) -> bool:
        return self.verb is Verb.CHANGE

    @property
    def has_record(self) -> bool:
        """Whether the act is about a record that exists, whose key stands in the address."""
        return not (self.is_creating or self.is_on_all)

    def may_be_done_by(self, user: Any) -> Decision:
        """Whether the person holds the right to this act anywhere, as staff or of their own."""
        own = self.own_permission and may_enter(user, self.own_permission)
        return ALLOWED if own or not self.permission else may_enter(user, self.permission)

    @property
    def is_keeping(self) -> bool:
        return self.keeps or self.is_changing

    @property
    def operation(self) -> str:
        """The name of the act in the document and in GraphQL, like `visits_complete`."""
        return f"{self.on}_{self.name}".replace("-", "_")

    def told_at(self, name: str, call: Call, form: Any) -> str:
        """Where in the body a fault at a field of the form lies; empty where it is about the whole."""
        if name == NON_FIELD_ERRORS:
            return ""
        return (self.nested and self.nested(name, call, form)) or self.names.get(name, name)

    @property
    def body(self) -> type[BaseModel]:
        """The type of what is sent."""
        return body_of(self)


_acts: dict[str, Act] = {}


def offer(*acts: Act) -> None:
    """Make acts known."""
    for act in acts:
        _acts[act.operation] = act


def acts() -> list[Act]:
    """All acts, in the order in which they are documented."""
    return list(_acts.values())


def read_body(act: Act, sent: Any) -> dict[str, Any]:
    """What was sent, by its types.

    Raises:
        Problem: with each field that is missing, unknown or of another type (422).
    """
    try:
        return act.body.model_validate(sent).model_dump(exclude_unset=True)
    except ValidationError as error:
        raise Problem(422, "Some fields need another value.", faults_of(error)) from None


def faults_of(error: ValidationError) -> tuple[Fault, ...]:
    return tuple(Fault(".".join(map(str, item["loc"])), item["msg"]) for item in error.errors(include_url=False))


def allowed_record(act: Act, user: Any, pk: UUID | None) -> Record:
    """The record in the address, if the person sees it and the rule lets them do this to it.

    Raises:
        Http404: it is not in the person's sight.
        Refused: the rule does not allow it.
    """
    record = record_for(act, user, pk, {})
    if act.rule is not None:
        require(act.rule(user, record))
    return record


def record_for(act: Act, user: Any, pk: UUID | None, body: Mapping[str, Any]) -> Record:
    """The record that the act is about.

    Raises:
        Http404: the record in the address is not in the person's sight.
        Problem: the record that the body names is not (422).
    """
    if not act.parent:
        return act.load(user, pk) if pk else None
    try:
        return act.load(user, body[act.parent])
    except Http404:
        raise Problem(422, faults=(Fault(act.parent, "There is no such record in your sight."),)) from None


def seen_or_own(find: Callable[[Any, UUID, str], Record], seen: str, own: str) -> Callable[[Any, UUID], Record]:
    """Finds what the person sees as staff under one permission, or else what is their own under the other.

    Raises:
        Http404: it is neither.
    """

    def either(user: Any, pk: UUID) -> Record:
        try:
            return find(user, pk, seen)
        except Http404:
            return find(user, pk, own)

    return either


def perform(act: Act, call: Call, files: Mapping[str, list[UploadedFile]] | None = None) -> UUID | None:
    """Do it, by the same rule, form and service as the page; the key of the record that came of it, if one did.

    Raises:
        Refused: the rule does not allow it.
        Problem: with what is wrong at which field (422), or that the record does not allow it as it stands (409).
    """
    if act.rule is not None:
        require(act.rule(call.user, call.record))
    bound = act.bound(call)
    given = named(act, call.body)
    if act.is_keeping:
        given = {**_recorded(act.form(**bound)), **given}
    form: Any = act.form(typed(given), MultiValueDict(dict(files or {})), **bound)
    about = {act.about: call.record} if act.about else {}
    result = form.tell(act.service, by=call.user, **about, **act.known(call))
    if result is None:
        raise _refusal(act, call, form)
    return act.made(result, call) if act.made else None


def named(act: Act, body: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a body under the names that they have in the form."""
    inside = {outside: name for name, outside in act.names.items()}
    values = {inside.get(name, name): value for name, value in body.items() if name != act.parent}
    return act.flat(values) if act.flat else values


def _recorded(form: Any) -> dict[str, Any]:
    """What stands in the fields of the page before anything is typed."""
    return {name: form[name].value() for name in form.fields}


def typed(values: Mapping[str, Any]) -> QueryDict:
    """Values as the form of the page would send them."""
    sent = QueryDict(mutable=True)
    for name, value in values.items():
        if value is None or value is False:
            continue
        sent.setlist(name, [_text(item) for item in value] if isinstance(value, list) else [_text(value)])
    return sent


def _text(value: Any) -> str:
    if value is True:
        return "on"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _refusal(act: Act, call: Call, form: Any) -> Problem:
    faults = tuple(
        Fault(act.told_at(name, call, form), str(message))
        for name, messages in form.errors.items()
        for message in messages
    )
    if all(not fault.field for fault in faults):
        return Problem(409, " ".join(fault.message for fault in faults), faults)
    return Problem(422, "Some fields need another value.", faults)

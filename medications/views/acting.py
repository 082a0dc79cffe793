"""Acts on one record that differ only in their rule, what they ask and what they do."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse

from trialcrm.core.decisions import Decision, Words, require
from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show

MakeForm = Callable[[HttpRequest, Any], Form]


class Act(NamedTuple):
    """One act: its rule, its form, the service that does it, what is announced and said, and its template."""

    template: str
    rule: Callable[..., Decision]
    form: MakeForm
    service: Callable[..., Any]
    announces: str
    said: Words


def posted(request: HttpRequest) -> Any:
    """What was sent, if anything was."""
    return request.POST if request.method == "POST" else None


def plain(form: type[Form]) -> MakeForm:
    """A form that needs nothing but what was typed."""
    return lambda request, record: form(posted(request))


def dated(form: Callable[..., Form]) -> MakeForm:
    """A form with days at the record's site."""
    return lambda request, record: form(posted(request), zone=record.site.time_zone)


def carry_out(request: HttpRequest, act: Act, name: str, record: Any, **shown: Any) -> HttpResponse:
    """Ask the rule, show the form, and call the service with the record under its name once the form is sent."""
    require(act.rule(request.user, record))
    form = act.form(request, record)
    if request.method == "POST" and form.tell(act.service, by=request.user, **{name: record}):
        return done(request, record.get_absolute_url(), act.announces, said=act.said)
    return show(request, act.template, {name: record, **shown}, fragment="dialog", form=form)


def chips_of(
    request: HttpRequest, wanted: Sequence[tuple[str, Any, int | None]], name: str, link: Callable[..., str]
) -> list[dict[str, Any]]:
    """Chips that set one filter of the address."""
    now = request.GET.get(name, "")
    return [
        {"label": label, "count": count, "url": link(request, drop=(name,), **({name: key} if key else {})),
         "current": now == key}
        for key, label, count in wanted
    ]  # fmt: skip

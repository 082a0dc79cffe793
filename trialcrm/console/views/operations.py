"""Pages of those who run the installation: how it runs, and its accounts. Nothing clinical, no participant's name."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trialcrm.access.gates import personal
from trialcrm.console import selectors
from trialcrm.console.forms import ReasonForm, Search
from trialcrm.core.decisions import Words, refused, require
from trialcrm.core.htmx import done, show
from trialcrm.users import services
from trialcrm.users.policies import operate_on
from trialcrm.users.selectors import open_sessions

FOR_OPERATORS = "refuses everybody but operators, and shows nothing of any study"


class Act(NamedTuple):
    """Something done to an account: its words, its service, when it makes sense, and what is said afterwards."""

    label: Words
    icon: str
    service: Callable[..., Any]
    fits: Callable[[Any], bool]
    warning: Words
    said: Words


ACTS = {
    "close": Act(
        gettext_lazy("Close the account"),
        "user-x",
        services.deactivate_account,
        lambda row: row.user.is_active,
        gettext_lazy("The person is signed out everywhere and cannot sign in until the account is opened again."),
        gettext_lazy("Account closed."),
    ),
    "reopen": Act(
        gettext_lazy("Open the account again"),
        "user-check",
        services.reactivate_account,
        lambda row: not row.user.is_active,
        gettext_lazy("For the same person only; an account is never given to somebody else."),
        gettext_lazy("Account opened again."),
    ),
    "end-sessions": Act(
        gettext_lazy("Sign out everywhere"),
        "log-out",
        services.end_sessions_of,
        lambda row: row.sessions > 0,
        gettext_lazy("Every device asks for the password again."),
        gettext_lazy("Signed out everywhere."),
    ),
    "unlock": Act(
        gettext_lazy("Unlock the sign-in"),
        "lock-open",
        services.unlock,
        lambda row: row.locked_until is not None,
        gettext_lazy("Ask first whether it was the person who typed the wrong passwords."),
        gettext_lazy("Sign-in unlocked."),
    ),
    "reset-factors": Act(
        gettext_lazy("Remove second factors"),
        "shield-off",
        services.reset_factors,
        lambda row: row.has_factor,
        gettext_lazy("For somebody who has lost them, once you know who it is. They are told by mail."),
        gettext_lazy("Second factors removed."),
    ),
}


@personal(FOR_OPERATORS)
def operations(request: HttpRequest) -> HttpResponseBase:
    state = selectors.installation(request.user)
    facts = [{"label": label, "value": value} for label, value in state.settings]
    return show(request, "console/operations/operations.html", {"state": state, "facts": facts})


@personal(FOR_OPERATORS)
def accounts(request: HttpRequest) -> HttpResponseBase:
    search = Search(request.GET, hint=_("Name or e-mail address"))
    lines = selectors.account_lines(request.user, request.GET.get("q", ""))
    shown = {"search": search, "lines": lines, "words": request.GET.get("q", "")}
    return show(request, "console/operations/accounts.html", shown, fragment="rows")


@personal(FOR_OPERATORS)
def account(request: HttpRequest) -> HttpResponseBase:
    """One account, and what can be done to it; `do` in the address asks for the reason."""
    line = selectors.account_for(request.user, request.GET.get("id", ""))
    here = f"{reverse('operations:account')}?id={line.row.user.pk}"
    name = request.GET.get("do", "")
    act = ACTS.get(name)
    form = ReasonForm(request.POST or None) if act else None
    if act and form is not None:
        require(operate_on(request.user, line.row.user))
        if not act.fits(line.row):
            require(refused(_("There is nothing to do: the account already is so.")))
        if request.method == "POST" and form.tell(act.service, user=line.row.user, by=request.user):
            return done(request, here, "account-changed", said=act.said)
    shown = {
        "line": line,
        "here": here,
        "act": act,
        "name": name,
        "may": operate_on(request.user, line.row.user),
        "acts": [(key, f"{here}&do={key}", item) for key, item in ACTS.items() if item.fits(line.row)],
        "devices": open_sessions(line.row.user),
    }
    return show(request, "console/operations/account.html", shown, form=form)

"""Where somebody lands after signing in, by who they are and what they may do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialcrm.access.gates import personal
from trialcrm.access.roles import Role
from trialcrm.access.scope import Scope, scope_of
from trialcrm.pages.frame.parts import address_of
from trialcrm.pages.frame.portal import NAV as PORTAL_NAV
from trialcrm.pages.frame.staff import NAV as STAFF_NAV

#: The pages that somebody in a role begins with, the best first; of several roles the first one counts.
FIRST_PAGES: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (frozenset({Role.PI, Role.SUBI}), ("safety:review", "dashboards:today")),
    (frozenset({Role.CRC}), ("dashboards:today",)),
    (frozenset({Role.PHARM, Role.UPHARM}), ("medications:stock",)),
    (frozenset({Role.CRA, Role.SPSAF, Role.SPMGR}), ("dashboards:reports", "subjects:subjects")),
    (frozenset({Role.INSP}), ("trail:search",)),
    (frozenset({Role.PART}), ("dashboards:my-today",)),
)
#: For who runs the installation and has no role in a study.
OPERATORS_PAGES = ("operations:index", "messaging:mails")
RIGHTS = {name: permission for name, _label, _icon, permission in (*STAFF_NAV, *PORTAL_NAV)}


@personal("leads to the first page that the person may open, or says that nothing is open yet")
def home(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request.user)
    address = _first(scope) or (_any_of(OPERATORS_PAGES) if getattr(request.user, "is_operator", False) else "")
    return redirect(address) if address else render(request, "pages/nothing_yet.html")


def _first(scope: Scope) -> str:
    roles = scope.all_roles()
    of_role = [name for those, names in FIRST_PAGES if those & roles for name in names]
    # Without the task that opens the page of one's role, whatever else is open.
    return _any_of([name for name in (*of_role, *RIGHTS) if scope.anywhere(RIGHTS[name])])


def _any_of(names: tuple[str, ...] | list[str]) -> str:
    return next(filter(None, map(address_of, names)), "")

"""The coordinator's first page."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from subjects.domain.permissions import Perm
from subjects.selectors import focus_of
from trialcrm.access.gates import requires
from trialcrm.core.htmx import show, wants_fragment
from trialcrm.dashboards import selectors

KINDS = ("visits", "screening")


@requires(Perm.CHANGE_VISIT)
def today(request: HttpRequest) -> HttpResponse:
    kept = request.session.get("focus", {})
    place = (request.GET.get("study", kept.get("study", "")), request.GET.get("site", kept.get("site", "")))
    page = selectors.today(request.user, focus_of(request.user, *place))
    kind = request.GET.get("kind", "")
    waiting = [need for need in page.needs if need.kind == kind or kind not in KINDS]
    shown = {
        "page": page,
        "waiting": waiting,
        "chips": _chips(request, page, kind),
        "refreshed": wants_fragment(request),
    }
    return show(request, "dashboards/today.html", shown, fragment="day")


def _chips(request: HttpRequest, page: selectors.Today, kind: str) -> list[dict[str, object]]:
    words = {"": _("All"), "visits": _("Visits"), "screening": _("Screening")}
    return [
        {
            "label": label,
            "count": sum(1 for need in page.needs if not key or need.kind == key),
            "url": _with(request, "kind", key),
            "current": key == (kind if kind in KINDS else ""),
        }
        for key, label in words.items()
    ]


def _with(request: HttpRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    query.pop(name, None)
    if value:
        query[name] = value
    return f"?{query.urlencode()}"

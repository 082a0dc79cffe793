"""The pharmacist's first page: what is handed out today, what should be back, what runs out, what does not come out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from medications import selectors
from medications.domain.permissions import Perm
from medications.domain.stock import KitState
from subjects.selectors import focus_of
from trialcrm.access.gates import requires
from trialcrm.access.scope import scope_of
from trialcrm.core.htmx import show


@requires(Perm.VIEW_STOCK)
def stock(request: HttpRequest) -> HttpResponse:
    user = request.user
    focus = focus_of(user, request.GET.get("study", ""), request.GET.get("site", ""))
    today = selectors.dispensing_today(user, focus)
    returns = selectors.returns_awaited(user, focus)
    shown = {
        "focus": focus,
        "tiles": _tiles(request, focus, len(today), len(returns)),
        "dispensing": today,
        "returns": returns,
        "receipts": selectors.receipts_awaited(user, focus),
        "differences": selectors.differences(user, focus),
        "lots": selectors.stock_by_lot(user, focus),
        "shipments": selectors.shipments_awaited(user, focus),
        "may_supply": scope_of(user).anywhere(Perm.SHIP_STOCK),
    }
    return show(request, "medications/stock/stock.html", shown, fragment="body")


def _tiles(request: HttpRequest, focus: Any, today: int, returns: int) -> list[dict[str, Any]]:
    expiring = selectors.expiring_counts(request.user, focus)
    counts = selectors.state_counts(request.user, focus)
    cover = selectors.cover_days(request.user, focus)
    kits, glue = reverse("medications:kits") + focus.query, "&" if focus.query else "?"
    last = _("for %(days)s days at the pace of four weeks") % {"days": cover} if cover is not None else ""
    return [
        {"label": _("To hand out"), "value": today, "note": _("today"), "url": "#dispensing", "tone": "info"},
        {"label": _("To count"), "value": returns, "note": _("should be back"), "url": "#returns",
         "tone": "warning" if returns else ""},
        {"label": _("Available"), "value": counts.get(KitState.AVAILABLE, 0), "note": last,
         "url": f"{kits}{glue}state={KitState.AVAILABLE}", "tone": "good"},
        {"label": _("Quarantined"), "value": counts.get(KitState.QUARANTINED, 0), "note": _("wait for a decision"),
         "url": f"{kits}{glue}state={KitState.QUARANTINED}", "tone": ""},
        *(
            {"label": ngettext("Expire in %(n)s day", "Expire in %(n)s days", days) % {"n": days}, "value": number,
             "note": _("in stock"), "url": f"{kits}{glue}expires={days}",
             "tone": "critical" if number and days == selectors.HORIZONS[0] else ""}
            for days, number in expiring.items()
        ),
    ]  # fmt: skip

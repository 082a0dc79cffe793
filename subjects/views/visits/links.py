"""Links that keep the filters of the page they stand on."""

from typing import Any

from django.http import HttpRequest


def linked(request: HttpRequest, *, drop: tuple[str, ...] = (), **wanted: str) -> str:
    """The query string of this page with some filters dropped and others set; paging begins anew."""
    query = request.GET.copy()
    for name in ("page", "format", *drop):
        query.pop(name, None)
    for name, value in wanted.items():
        query[name] = value
    return f"?{query.urlencode()}"


def heading(request: HttpRequest, key: str, label: str, default: str = "due") -> dict[str, Any]:
    """A column heading that sorts, and turns the order round when it is the one in use."""
    sort = request.GET.get("sort") or default
    direction = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
    return {"label": label, "direction": direction, "url": linked(request, sort=f"-{key}" if sort == key else key)}

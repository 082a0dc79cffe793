"""How values appear on a page."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import formats, html
from django.utils.safestring import SafeString

from trialcrm.core import clock

register = template.Library()
DAY = "j M Y"


@register.filter
def day(value: date | None) -> str:
    """A calendar date, like 5 Mar 2026."""
    return formats.date_format(value, DAY) if value else "—"


@register.filter
def short_day(value: date | None) -> str:
    """A calendar date without its year while that is this year's."""
    if value is None:
        return "—"
    return formats.date_format(value, "j M" if value.year == clock.now().year else DAY)


@register.filter
def moment(value: datetime | None, zone: str = "UTC") -> SafeString | str:
    """A time in the site's zone, with UTC on hover."""
    return _time(value, zone, f"{DAY} H:i")


@register.filter
def hour(value: datetime | None, zone: str = "UTC") -> SafeString | str:
    """The time of day in the site's zone, with UTC on hover."""
    return _time(value, zone, "H:i")


def _time(value: datetime | None, zone: str, pattern: str) -> SafeString | str:
    if value is None:
        return "—"
    shown = formats.date_format(clock.local(value, zone or "UTC"), pattern)
    universal = f"{value:%Y-%m-%d %H:%M} UTC"
    return html.format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), universal, shown)


@register.filter
def signed(value: int | None) -> str:
    """A number of days with its sign."""
    return "" if value is None else f"{value:+d}".replace("-", "−")


@register.filter
def trimmed(value: Any) -> str:
    """A visit number without needless decimals: 4, 8.1."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value is not None else ""


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """The value that a mapping has for a key, or nothing."""
    return mapping.get(key, "") if mapping else ""

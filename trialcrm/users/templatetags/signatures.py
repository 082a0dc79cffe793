"""`{% signatures record zone %}`: every signature under a record, and whether it still holds."""

from typing import Any

from django import template

from trialcrm.users.selectors import signatures_of

register = template.Library()


@register.inclusion_tag("users/components/signatures.html")
def signatures(record: Any, zone: str = "UTC") -> dict[str, Any]:
    return {"signed": signatures_of(record), "zone": zone}

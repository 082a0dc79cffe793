"""`{% may "subjects.complete_visit" visit as decision %}`: the rule's answer for the person who looks at the page."""

from collections.abc import Callable
from typing import Any

from django import template

from trialcrm.access.asking import rule
from trialcrm.core.decisions import Decision

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], name: str, record: Any) -> Decision:
    """Ask a policy by its name and get a Decision: allowed, or the reason to show on the dead button."""
    ask: Callable[..., Decision] = rule(name)
    return ask(context["request"].user, record)

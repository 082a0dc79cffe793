"""Icons, drawn once: a page has dozens, and each is always the same few lines."""

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import lucide as drawn

register = template.Library()
register.simple_tag(lru_cache(maxsize=1024)(drawn), name="lucide")

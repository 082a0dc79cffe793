"""How exact figures of adherence appear on a page."""

from fractions import Fraction

from django import template

from medications.domain.adherence import shown

register = template.Library()


@register.filter
def percent(value: Fraction | None) -> str:
    """A percentage with one decimal; a dash where it cannot be evaluated."""
    figure = shown(value)
    return "—" if figure is None else f"{figure} %"


@register.filter
def units(value: Fraction | None) -> str:
    """A number of units, whole where it is whole; a dash where it is not known."""
    if value is None:
        return "—"
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"

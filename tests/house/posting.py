"""What somebody would type into a form, made from the form's own fields."""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponseBase

from trialcrm.core import clock
from trialcrm.core.forms import PartialDateField

WORDS = "As the participant told us"


def form_in(response: HttpResponseBase) -> forms.BaseForm | None:
    """The form that a page shows to be sent, if it shows one."""
    context = getattr(response, "context", None)
    form = context.get("form") if context else None
    return form if isinstance(form, forms.BaseForm) else None


def typed(form: forms.BaseForm) -> dict[str, Any]:
    """What a person would send: what stands in the form, and something plausible where nothing does."""
    found = {form.add_prefix(name): _value(form, name, field) for name, field in form.fields.items()}
    return {name: value for name, value in found.items() if value not in (None, "")}


def _value(form: forms.BaseForm, name: str, field: forms.Field) -> Any:
    value = form[name].value()
    if value in (None, "", []) or isinstance(field, forms.FileField):
        return _plausible(field) if field.required or "reason" in name else None
    return field.prepare_value(value) if not isinstance(value, list) else value


def _plausible(field: forms.Field) -> Any:
    if isinstance(field, forms.ModelChoiceField):
        return getattr(field.queryset.first(), "pk", None)
    if isinstance(field, forms.ChoiceField):
        return next((value for value in choices(field) if value), None)
    if isinstance(field, forms.BooleanField):
        return "on"
    if isinstance(field, forms.DateTimeField):
        return (clock.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    if isinstance(field, forms.DateField | PartialDateField):
        return clock.now().date().isoformat()
    return _plausible_text(field)


def _plausible_text(field: forms.Field) -> Any:
    if isinstance(field, forms.EmailField):
        return "somebody@trial.test"
    if isinstance(field, forms.IntegerField | forms.DecimalField):
        return 1
    return None if isinstance(field, forms.FileField) else WORDS[: getattr(field, "max_length", None)]


def choices(field: forms.ChoiceField) -> list[str]:
    """The values that can be chosen, those of groups included."""
    flat: list[str] = []
    for value, label in field.choices:
        flat += [str(inner) for inner, _words in label] if isinstance(label, list | tuple) else [str(value)]
    return flat


def foreign(field: forms.Field, strangers: list[Any]) -> Any:
    """The id of a record that exists and that the field does not offer; None where the field is not about records."""
    if isinstance(field, forms.ModelChoiceField):
        offered = field.queryset.values("pk")
        return field.queryset.model._base_manager.exclude(pk__in=offered).values_list("pk", flat=True).first()
    if isinstance(field, forms.ChoiceField) and any(map(_is_id, choices(field))):
        return next((pk for pk in strangers if str(pk) not in choices(field)), None)
    return None


def _is_id(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True

"""Which fields of a record the console shows: decided by what the model says of itself, never field by field."""

from functools import cache
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from subjects.models import Arm, Element
from trialcrm.trail.selectors.sight import site_text

#: Written by the portal on every save, and digests that mean nothing to a reader.
_OWN = frozenset({"id", "created_at", "updated_at", "digest", "printed_name"})
#: What points to one of these tells a treatment.
_TREATMENT = (Arm, Element)


@cache
def shown_fields(model: Any) -> tuple[str, ...]:
    """The fields that coded readers see, in the order of the model.

    Left out are identifying and sealed fields, the free text of site staff, what points to a treatment, and copies of
    other records as they were (GDPR Article 25, ICH E6(R3) 3.16.1).
    """
    hidden = _OWN | site_text(model) | set(getattr(model, "IDENTIFYING", ())) | set(getattr(model, "SEALED", ()))
    return tuple(field.name for field in model._meta.concrete_fields if not _is_hidden(field, hidden))


def _is_hidden(field: Any, hidden: set[str] | frozenset[str]) -> bool:
    tells_treatment = isinstance(field, models.ForeignKey) and field.related_model in _TREATMENT
    return field.name in hidden or field.attname in hidden or tells_treatment or isinstance(field, models.JSONField)


def label_of(model: type[models.Model], name: str) -> str:
    """What a field is called on a page."""
    if name == "subject":
        return _("Participant")
    return capfirst(str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]

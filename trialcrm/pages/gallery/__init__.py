"""Invented people, visits and numbers with which the gallery shows every component in its states."""

from typing import Any

from django.http import HttpRequest

from . import basics, drawings, forms, lists, records


def samples(request: HttpRequest) -> dict[str, Any]:
    """All that the gallery page shows; nothing in it comes from the database."""
    return {
        "basics": basics.sample(),
        "drawings": drawings.sample(),
        "lists": lists.sample(request.path),
        "records": records.sample(),
        "forms": forms.sample(),
    }

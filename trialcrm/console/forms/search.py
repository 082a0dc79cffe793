"""The search of a list; filters that are in force stay so."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

#: What belongs to the page and is no filter.
NO_FILTERS = frozenset({"q", "page", "format", "o", "e", "p", "all"})


class Search(forms.Form):
    q = forms.CharField(label=_("Find"), required=False, widget=forms.SearchInput)

    def __init__(self, *args: Any, kept: Mapping[str, str] | None = None, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = hint
        for name in set(kept or ()) - NO_FILTERS:
            self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)

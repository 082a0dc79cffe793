"""What is submitted about imports: files, and the filters of findings."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc import selectors
from trialcrm.cdisc.domain.findings import Severity
from trialcrm.cdisc.readers.uploads import COUNT_LIMIT, FILE_LIMIT, MEBIBYTE, TOTAL_LIMIT
from trialcrm.core.forms import Form

ALL = [("", _("All"))]
_ENDINGS = ".xpt,.json,.ndjson,.csv,.zip"


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several files; the value is the list of them."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        if not data:
            raise ValidationError(self.error_messages["required"], code="required")
        files = [super(FilesField, self).clean(item, initial) for item in data]
        if len(files) > COUNT_LIMIT or sum(item.size for item in files) > TOTAL_LIMIT:
            limits = {"count": COUNT_LIMIT, "total": TOTAL_LIMIT // MEBIBYTE}
            raise ValidationError(_("At most %(count)s files of together %(total)s MB are taken."), params=limits)
        return files


class NewImport(Form):
    # The base has an attribute of this name, which a form class replaces by its field as any other.
    files = FilesField(  # type: ignore[assignment]
        label=_("Files"),
        widget=FilesInput(attrs={"accept": _ENDINGS}),
        help_text=_("One SDTM dataset each (dm.xpt, sv.json, ds.csv), or one zip file. Up to %(limit)s MB a file.")
        % {"limit": FILE_LIMIT // MEBIBYTE},
    )
    study = forms.CharField(
        label=_("Study id to use"),
        max_length=40,
        required=False,
        validators=[RegexValidator(r"^[\w .+/-]+\Z", _("Letters, digits, spaces and . + / - only."))],
        help_text=_("Leave it empty to use the one in the files. Two deliveries about other people need two ids."),
    )


class FindingFilters(forms.Form):
    """Filters of findings; a choice that makes no sense is ignored. The code is chosen beside the form, by chips."""

    q = forms.CharField(
        label=_("Find"), required=False, widget=forms.SearchInput(attrs={"placeholder": _("Participant id")})
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=[*ALL, *Severity.choices], required=False)
    site = forms.ChoiceField(label=_("Site"), required=False)

    def __init__(self, data: Any, *, user: Any, study: Any, rows: Any) -> None:
        super().__init__(data)
        self.every = rows
        self.counts = selectors.code_counts(rows)
        codes = {item.code for item in self.counts}
        self.code = data.get("code", "") if data.get("code") in codes else ""
        sites = [(str(site.pk), site.number) for site in selectors.sites_of(user, study)]
        self.fields["site"].choices = [*ALL, *sites]  # type: ignore[attr-defined]

    def value(self, name: str) -> str:
        """What was chosen."""
        self.is_valid()
        return self.cleaned_data.get(name) or ""

    def rows_of_any_code(self) -> Any:
        """The findings that the fields leave, so that each code can be counted."""
        lookups = {"severity": "severity", "site": "site", "q": "subject__subject_id__icontains"}
        return self.every.filter(**{lookup: self.value(name) for name, lookup in lookups.items() if self.value(name)})

    def rows(self) -> Any:
        """The findings that fields and code leave."""
        rows = self.rows_of_any_code()
        return rows.filter(code=self.code) if self.code else rows

    @property
    def is_narrowed(self) -> bool:
        return bool(self.code) or any(self.value(name) for name in self.fields)

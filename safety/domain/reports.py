"""Reports of a serious event to the sponsor: which one comes next, and what is new in it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReportKind(TextChoices):
    INITIAL = "initial", _("Initial")
    FOLLOW_UP = "follow_up", _("Follow-up")
    FINAL = "final", _("Final")


def kind_of_next(sent: int, is_final: bool) -> ReportKind:
    """The first report is the initial one; the last one says so."""
    if sent == 0:
        return ReportKind.INITIAL
    return ReportKind.FINAL if is_final else ReportKind.FOLLOW_UP


def changed_names(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Names of what differs between two snapshots, in the order of the newer one."""
    return [name for name, line in now.items() if name not in before or before[name]["value"] != line["value"]]

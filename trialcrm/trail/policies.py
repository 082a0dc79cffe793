"""Who reads the story of a record."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from subjects.domain.permissions import Perm
from trialcrm.access.asking import holds
from trialcrm.core.decisions import Decision


def read_story(user: Any, record: Model) -> Decision:
    """Whoever may read the history at the record's place (ICH E6(R3) 4.2.2, EU GMP Annex 11 section 9)."""
    return holds(user, Perm.VIEW_HISTORY, record, _("Your role does not include the history of this record."))

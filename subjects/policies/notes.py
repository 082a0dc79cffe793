"""Who writes notes."""

from typing import Any

from django.utils.translation import gettext as _

from subjects.domain.permissions import Perm
from subjects.models import Subject, SubjectNote
from trialcrm.core.decisions import Decision, first_refusal, refused

from .rights import may_write


def write_note(user: Any, subject: Subject) -> Decision:
    return may_write(user, Perm.CHANGE_NOTE, subject, _("Your role does not write notes here."))


def add_addendum(user: Any, note: SubjectNote) -> Decision:
    """A note is never edited: its own author adds to it."""
    own = Decision(True) if note.author_id == user.pk else refused(_("Only its author adds to a note."))
    return first_refusal(write_note(user, note.subject), own)

"""The story of a record as coded readers get it."""

from dataclasses import replace
from typing import Any

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from trialcrm.access.roles import Role
from trialcrm.trail import policies
from trialcrm.trail.domain import Line
from trialcrm.trail.selectors import Story, story_of


def story_for(user: Any, record: Any, query: QueryDict) -> Story | None:
    """Every version of a record, as far as the person may read it; nothing for who may not read history there."""
    if not policies.read_story(user, record):
        return None
    try:
        story = story_of(user, record._meta.label, record.pk, query)
    except (Http404, TypeError):
        # Of an account given to a participant there is no story for coded readers; and the trail has no words for
        # values that are lists. Without its story the record can still be read.
        return None
    return replace(story, lines=[_without_name(line) for line in story.lines])


def _without_name(line: Line) -> Line:
    """What a participant did themselves is told without their name."""
    return replace(line, who=_("Participant")) if str(Role.PART.label) in line.role else line

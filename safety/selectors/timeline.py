"""Events in the story of one subject."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from safety.domain.events import DISMISSED
from safety.models import AdverseEvent
from subjects.models import Subject
from subjects.selectors import Entry
from trialcrm.core import clock


def timeline_of(user: Any, subject: Subject) -> Iterator[Entry]:
    """When each event began and ended; what was dismissed is left out."""
    zone = subject.site.time_zone
    rows = AdverseEvent.objects.visible_to(user).filter(subject=subject).exclude(status__in=DISMISSED)
    for event in rows.order_by("number"):
        tone = "critical" if event.is_serious else "warning"
        text = " · ".join(filter(None, [event.get_max_severity_display(), event.get_status_display()]))
        began = clock.at_noon(event.onset_from, zone) or event.aware_at
        title = f"{event.code} {event.event_term}"
        yield Entry(began, "triangle-alert", tone, title, text, event.get_absolute_url())
        ended = clock.at_noon(event.end_from, zone)
        if ended:
            over = _("%(event)s ended") % {"event": title}
            yield Entry(
                ended, "circle-check", "neutral", over, str(event.get_outcome_display()), event.get_absolute_url()
            )

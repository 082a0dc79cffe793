"""What this app does when something happens below it."""

from subjects.selectors import contribute_timeline

from .selectors import timeline_of

contribute_timeline(timeline_of)

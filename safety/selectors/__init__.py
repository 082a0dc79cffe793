"""What the pages of this app, and the pages above it, need to know."""

from .assessments import latest_assessment
from .events import (
    EVENT_COLUMNS,
    EVENT_ORDERS,
    EventPage,
    EventRow,
    event_for,
    event_lines,
    event_list,
    event_page,
    event_rows,
    events_matching,
    events_of,
    kept_choices,
    with_severity,
)
from .figures import Matrix, event_counts, events_by_severity, relatedness
from .plans import follow_up_day, plan_of
from .products import Product, products_of, products_to_correct, running_order
from .reports import report_for, reports_waiting
from .review import (
    Waiting,
    awaiting_assessment,
    clocks,
    drafts_waiting,
    open_serious,
    review_counts,
    review_queue,
    running_clocks,
    to_close,
)
from .search import events_named
from .symptoms import my_place, my_symptoms
from .timeline import timeline_of

__all__ = [
    "EVENT_COLUMNS",
    "EVENT_ORDERS",
    "EventPage",
    "EventRow",
    "Matrix",
    "Product",
    "Waiting",
    "awaiting_assessment",
    "clocks",
    "drafts_waiting",
    "event_counts",
    "event_for",
    "event_lines",
    "event_list",
    "event_page",
    "event_rows",
    "events_by_severity",
    "events_matching",
    "events_named",
    "events_of",
    "follow_up_day",
    "kept_choices",
    "latest_assessment",
    "my_place",
    "my_symptoms",
    "open_serious",
    "plan_of",
    "products_of",
    "products_to_correct",
    "relatedness",
    "report_for",
    "reports_waiting",
    "review_counts",
    "review_queue",
    "running_clocks",
    "running_order",
    "timeline_of",
    "to_close",
    "with_severity",
]

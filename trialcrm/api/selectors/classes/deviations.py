"""Departures from the protocol."""

from subjects.domain.deviations import DeviationCategory, DeviationStatus, Importance
from subjects.domain.permissions import Perm
from subjects.models import Deviation
from subjects.selectors.deviations import DEVIATION_ORDER
from trialcrm.api.selectors.publishing import (
    AT_SITE,
    Link,
    Published,
    between,
    choices_of,
    columns,
    exact,
    in_sight,
    places,
    publish,
)

DEVIATIONS = publish(
    Published(
        name="deviations",
        title="Deviation",
        doc="A departure from the protocol, from the suspicion to the end of what was done about it.",
        permission=Perm.VIEW_DEVIATION,
        rows=lambda user: in_sight(Deviation, user),
        fields=(
            *columns(Deviation, "id", "subject_id", "study_id", "site_id", "status", "rule", "description"),
            *columns(Deviation, "category", "importance", "starts_on", "ends_on", "discovered_on", "impact"),
            *columns(Deviation, "immediate_hazard", "serious_breach", "assessed_on", "assessed_by_id", "root_cause"),
            *columns(Deviation, "corrective_action", "action_owner_id", "action_due_on", "closed_on"),
            *columns(Deviation, "dismissed_reason", "created_at", "updated_at"),
        ),
        links=(
            Link("subject", "subjects"),
            *AT_SITE,
            Link("assessed_by", "users"),
            Link("action_owner", "users"),
        ),
        filters=(
            *places(),
            exact("status", choices_of(DeviationStatus)),
            exact("category", choices_of(DeviationCategory)),
            exact("importance", choices_of(Importance)),
            *between("discovered", "discovered_on"),
        ),
        orders={
            "-discovered_on": DEVIATION_ORDER,
            "discovered_on": DEVIATION_ORDER.reversed,
        },
    )
)

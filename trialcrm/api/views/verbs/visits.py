"""Acts on visits."""

from typing import Any

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.forms.visits import BookingForm, CompletionForm, NotDoneForm, ReschedulingForm, StartForm, UnscheduledForm
from trialcrm.api.domain.tokens import Verb

from .acting import Act, Call, offer


def _visit(call: Call) -> dict[str, Any]:
    return {"visit": call.record}


ON_A_VISIT: dict[str, Any] = {
    "on": "visits",
    "permission": Perm.CHANGE_VISIT,
    "load": selectors.visit_for,
    "about": "visit",
    "bound": _visit,
}

offer(
    Act(
        on="visits",
        name="create",
        doc="Add an unscheduled visit that took place.",
        permission=Perm.CHANGE_VISIT,
        load=selectors.subject_for,
        parent="subject_id",
        about="subject",
        form=UnscheduledForm,
        service=services.add_unscheduled_visit,
        rule=policies.add_unscheduled_visit,
        bound=lambda call: {"subject": call.record},
        verb=Verb.CREATE,
    ),
    Act(name="schedule", doc="Book a visit. Outside of its window it needs a reason.", form=BookingForm,
        service=services.schedule_visit, rule=policies.schedule_visit, **ON_A_VISIT),
    Act(name="reschedule", doc="Move a booked visit to another time.", form=ReschedulingForm,
        service=services.reschedule_visit, rule=policies.reschedule_visit, **ON_A_VISIT),
    Act(name="start", doc="The participant is here.", form=StartForm,
        service=services.start_visit, rule=policies.start_visit, **ON_A_VISIT),
    Act(name="complete", doc="The visit took place.", form=CompletionForm, optional=frozenset({"reason"}),
        service=services.complete_visit, rule=policies.complete_visit, **ON_A_VISIT),
    Act(name="miss", doc="The visit did not take place.", form=NotDoneForm,
        service=services.miss_visit, rule=policies.miss_visit, **ON_A_VISIT),
    Act(name="cancel", doc="The visit will not take place.", form=NotDoneForm,
        service=services.cancel_visit, rule=policies.cancel_visit, **ON_A_VISIT),
)  # fmt: skip

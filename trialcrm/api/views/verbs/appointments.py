"""Acts on appointments: those of staff, and those of participants on their own."""

from typing import Any

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.forms.appointments import (
    AppointmentForm,
    BareForm,
    CancellingForm,
    DecliningForm,
    MissingForm,
    MovingForm,
    WishForm,
)
from trialcrm.api.domain.tokens import Verb

from .acting import Act, Call, offer


def _appointment(call: Call) -> dict[str, Any]:
    return {"appointment": call.record}


#: The page shares its fields with those of visits.
NAMES = {"scheduled_at": "start_at", "coordinator": "provider"}
STAFF: dict[str, Any] = {
    "on": "appointments",
    "permission": Perm.CHANGE_VISIT,
    "load": selectors.appointment_for,
    "about": "appointment",
    "bound": _appointment,
}
OWN: dict[str, Any] = {**STAFF, "permission": Perm.OWN_VISITS, "load": selectors.own_appointment_for}

offer(
    Act(
        on="appointments",
        name="create",
        doc="Book a participant for what is no visit. Times without an offset are local times of the site.",
        permission=Perm.CHANGE_VISIT,
        load=selectors.subject_for,
        parent="subject_id",
        about="subject",
        form=AppointmentForm,
        service=services.book_appointment,
        rule=policies.book_appointment,
        bound=lambda call: {"subject": call.record},
        verb=Verb.CREATE,
        names=NAMES,
    ),
    Act(name="confirm", doc="Staff heard that the participant will come.", form=BareForm,
        service=services.confirm_appointment, rule=policies.confirm_appointment, **STAFF),
    Act(name="move", doc="Book it for another time; the answer is the new appointment. A visit's is moved with its "
        "visit.", form=MovingForm, service=services.move_appointment, rule=policies.move_appointment, names=NAMES,
        keeps=True, **STAFF),
    Act(name="cancel", doc="Free the time. A visit that it booked is planned again.", form=CancellingForm,
        service=services.cancel_appointment, rule=policies.cancel_appointment, **STAFF),
    Act(name="miss", doc="The participant did not come.", form=MissingForm,
        service=services.miss_appointment, rule=policies.miss_appointment, **STAFF),
    Act(name="keep", doc="The participant came to what is no visit.", form=BareForm,
        service=services.keep_appointment, rule=policies.keep_appointment, **STAFF),
    Act(name="decline", doc="The time stays, although the participant asked for another; they read why.",
        form=DecliningForm, service=services.decline_wish, rule=policies.decline_wish, **STAFF),
    Act(name="confirm-own", doc="A participant says that they will be there.", form=BareForm,
        service=services.confirm_own_appointment, rule=policies.confirm_own_appointment, **OWN),
    Act(name="ask", doc="A participant asks for another time, in their own words. The booked time stands until then.",
        form=WishForm, service=services.ask_for_another_time, rule=policies.ask_for_another_time, **OWN),
)  # fmt: skip

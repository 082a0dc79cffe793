"""What kind of thing each field of an appointment holds; in the form of `field_classes`."""

from tests.house.kinds import CLINICAL, CODED, OPERATIONAL

FIELDS: dict[str, dict[str, str]] = {
    "subjects.Appointment": {
        OPERATIONAL: "provider location",
        CODED: "visit successor",
        CLINICAL: "starts_at ends_at status reason confirmed_at confirmed_by ended_reason cancelled_by wish wished_at "
        "wish_answer wish_answered_at",
    },
}

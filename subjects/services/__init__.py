"""The verbs of this app. Each asks its rule, locks, changes, records and publishes."""

from subjects.domain.participation import Coded
from subjects.domain.screening import Given
from subjects.models import Signed

from .consent import record_consent, withdraw_consent
from .identity import change_identity, record_identity, refuse_identity_in
from .notes import add_addendum, write_note
from .participation import (
    complete_participation,
    enrol,
    enter_follow_up,
    lose_to_follow_up,
    randomise,
    record_death,
    start_treatment,
    stop_treatment,
    withdraw,
)
from .registration import add_to_prescreening, change_subject, enter_screening, register_subject
from .screening import (
    answer_criteria,
    confirm_eligibility,
    fail_screening,
    pass_screening,
    rescreen,
    revoke_pass,
)
from .studies import (
    add_design,
    add_site,
    create_study,
    end_role,
    give_role,
    move_consent_version,
    move_site,
    move_study,
)
from .visits import (
    Booking,
    add_unscheduled_visit,
    cancel_visit,
    complete_visit,
    miss_visit,
    reschedule_visit,
    schedule_visit,
    start_visit,
)

__all__ = [
    "Booking",
    "Coded",
    "Given",
    "Signed",
    "add_addendum",
    "add_design",
    "add_site",
    "add_to_prescreening",
    "add_unscheduled_visit",
    "answer_criteria",
    "cancel_visit",
    "change_identity",
    "change_subject",
    "complete_participation",
    "complete_visit",
    "confirm_eligibility",
    "create_study",
    "end_role",
    "enrol",
    "enter_follow_up",
    "enter_screening",
    "fail_screening",
    "give_role",
    "lose_to_follow_up",
    "miss_visit",
    "move_consent_version",
    "move_site",
    "move_study",
    "pass_screening",
    "randomise",
    "record_consent",
    "record_death",
    "record_identity",
    "refuse_identity_in",
    "register_subject",
    "reschedule_visit",
    "rescreen",
    "revoke_pass",
    "schedule_visit",
    "start_treatment",
    "start_visit",
    "stop_treatment",
    "withdraw",
    "withdraw_consent",
    "write_note",
]

"""What people at the sites write when they say why."""

from subjects.domain.participation import EndReason, WithdrawalExtent
from subjects.domain.screening import FailReason
from subjects.domain.visits import MoveReason, UnscheduledReason

EARLY = (
    "Leaves for a family wedding abroad and is back only after the window.",
    "Lift at home is being repaired from next week; asked to come before.",
)
LATE = (
    "Chest infection; the physician agreed to wait until the fever was gone.",
    "Study partner was in hospital and nobody else could drive.",
    "Holiday booked before joining; earliest day after the return.",
    "No free appointment at the scanner inside the window.",
    "Snow; buses did not run for three days.",
)
MOVED = (
    (MoveReason.PARTICIPANT, "Has an appointment at the dentist that day."),
    (MoveReason.PARTICIPANT, "Looks after the grandchildren that day."),
    (MoveReason.ILLNESS, "Woke up with a fever; feels well enough to come in a few days."),
    (MoveReason.SITE, "Centrifuge out of order, repaired tomorrow."),
    (MoveReason.SITE, "Physician called away to the ward."),
    (MoveReason.WEATHER, "Storm warning for the region."),
    (MoveReason.HOLIDAY, "Site closed for the local holiday."),
)
MISSED = (
    "Did not come; reached by phone in the afternoon, had mixed up the day.",
    "Did not come and could not be reached that day.",
    "Was travelling and forgot to tell us.",
    "Phone not answered at three times of the day.",
)
CALLED_OFF = ("Covered by the call two days before.", "Asked by the sponsor to leave out this call.")
UNSCHEDULED = (
    (UnscheduledReason.ADVERSE_EVENT, "Unscheduled · skin rash"),
    (UnscheduledReason.ADVERSE_EVENT, "Unscheduled · dizziness"),
    (UnscheduledReason.LAB_REPEAT, "Unscheduled · potassium again"),
    (UnscheduledReason.LAB_REPEAT, "Unscheduled · clotted sample"),
    (UnscheduledReason.PARTICIPANT, "Unscheduled · questions about the tablets"),
    (UnscheduledReason.OTHER, "Unscheduled · weight check"),
)
SOURCES = ("Own patient", "Referred by a family doctor", "Patient association", "Leaflet in the pharmacy", "Open day")
UNMET = {
    "INCL02": "Problems began seven weeks ago after an operation",
    "INCL03": "30 of 30 points, or below 20 on a second day",
    "INCL04": "Scan shows no amyloid",
    "INCL05": "Lives alone, nobody free on ten hours a week",
    "EXCL02": "Scan read centrally: seven microbleeds",
    "EXCL03": "Anticoagulant since the spring, cannot be stopped",
    "EXCL04": "178/98 and 174/96",
    "EXCL05": "eGFR 38, repeated 40",
}
UNMET_KNEE = {
    "INCL02": "X-ray without narrowing",
    "INCL03": "Pain 2 on most days",
    "INCL04": "Stops after 20 metres",
    "EXCL01": "Operation planned for next month",
    "EXCL02": "Injection five weeks ago",
}
GAVE_UP = (
    (FailReason.WITHDREW, "Changed their mind after reading the leaflet again at home."),
    (FailReason.NOT_COMPLETED, "Scan postponed twice; the days for screening ran out."),
    (FailReason.OTHER, "Moves to another region for good."),
)
RESCREENED = (
    "Blood pressure in range for two weeks with the new dose.",
    "A study partner has been found since.",
    "Kidney value back in range after stopping a painkiller.",
    "Three months since the injection are over.",
)
STOPPED = (
    (EndReason.ADVERSE_EVENT, "Nausea that did not settle", "Nausea on most days for five weeks."),
    (EndReason.LACK_OF_EFFICACY, "No benefit felt", "Sees no change and wants no more tablets; stays for the visits."),
    (EndReason.PHYSICIAN_DECISION, "Slow pulse", "Pulse 44 at rest; cardiologist advised to stop."),
)
WITHDREW = (
    (EndReason.WITHDRAWAL_BY_SUBJECT, WithdrawalExtent.PROCEDURES, "No reason given"),
    (EndReason.WITHDRAWAL_BY_SUBJECT, WithdrawalExtent.PROCEDURES, "The way to the clinic has become too far"),
    (EndReason.WITHDRAWAL_BY_SUBJECT, WithdrawalExtent.DATA, "Wants no further use of samples"),
    (EndReason.PHYSICIAN_DECISION, WithdrawalExtent.PROCEDURES, "Moved to a nursing home, visits no longer possible"),
)
LOST = "Four calls on different days, two text messages and a registered letter without an answer."
FOUND = "Called back: had been with family abroad, wants to go on with the follow-up calls."
DIED = "The family called the site; unrelated to the study treatment as far as known today."

"""The pages on which fields of the product briefs are typed: by whom, about which record, and what is typed there.

Whoever is not named under `by` is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from medications.models import Distribution, MedicationOrder
from messaging.models import Conversation, Message
from safety.models import AdverseEvent
from subjects.models import Subject, SubjectNote, Visit
from tests.house import brief_typing as at
from tests.house.brief_typing import WHY, Typed, booking, day, minute, naming, of_canary, plain
from tests.house.world import EVERYBODY, World
from tests.support.cast import PASSWORD

INVESTIGATORS = ("investigator", "subinvestigator")
STAFF = ("coordinator", *INVESTIGATORS)
PHARMACISTS = ("pharmacist", "unblinded_pharmacist")
OTHERS_STAFF = ("outsider", "other_investigator", "assigned")


@dataclass(frozen=True)
class Page:
    """A form that somebody sends.

    Args:
        by: those of the cast who may; nobody else.
        about: the record in its address, in the state in which the page takes something.
        typed: what they type, besides what stands in the form already.
        makes: the table in which a record appears; empty where the record in the address changes.
        query: how the record is named in an address that has no path for it.
        token: what stands in the address instead of a record.
        own: others of the cast whom the page lets in for records of their own, and who reach nobody else's.
    """

    by: tuple[str, ...]
    about: Callable[[World], Any]
    typed: Typed = at.nothing
    makes: str = ""
    query: str = ""
    token: str = ""
    own: tuple[str, ...] = ()


def canary(world: World) -> Subject:
    return world.canary


def site(world: World) -> Any:
    return world.site


#: The name of each address; after a slash, which of several things is done there.
PAGES: dict[str, Page] = {
    # accounts and roles
    "subjects:site-invite": Page(
        ("investigator", "manager"),
        site,
        plain(name="New Nurse", email="new-nurse@trial.test", role="crc"),
        makes="subjects.OfferedRole",
    ),
    "users-invitation": Page(
        ("anonymous",),
        at.invitation,
        plain(name="New Nurse", password=at.NEW_PASSWORD, again=at.NEW_PASSWORD),
        makes="users.User",
        token=at.TOKEN,
    ),
    "account_change_password": Page(
        ("coordinator",),
        lambda world: world.coordinator,
        plain(oldpassword=PASSWORD, password1=at.NEW_PASSWORD, password2=at.NEW_PASSWORD),
        own=EVERYBODY,
    ),
    "subjects:site-role-give": Page(
        ("investigator", "manager"),
        site,
        naming("user", "pharmacist", role="crc", reason=WHY),
        makes="subjects.Membership",
    ),
    "subjects:site-role-give/pi": Page(
        ("manager",),
        at.site_without_investigator,
        naming("user", "subinvestigator", role="pi", reason=WHY),
        makes="subjects.Membership",
    ),
    "subjects:role-end": Page(
        ("investigator", "manager"),
        lambda world: world.pharmacist.memberships.get(),
        plain(ends_on=day, reason=WHY),
    ),
    "operations:account/close": Page(
        ("operator",), lambda world: world.participant, plain(reason=WHY), query="?id={pk}&do=close"
    ),
    "operations:account/reopen": Page(("operator",), at.closed_account, plain(reason=WHY), query="?id={pk}&do=reopen"),
    "subjects:participant-invite": Page(
        ("coordinator", "investigator"),
        site,
        lambda world, person: {"subject": at.passed(world).pk, "name": "Cy Passed", "email": "cy@home.test"},
        makes="subjects.OfferedRole",
    ),
    # the study
    "subjects:study-change": Page(("manager",), lambda world: world.study, plain(title="A better title", reason=WHY)),
    "subjects:study-move": Page(("manager",), lambda world: world.study, plain(to="enrolment_closed", reason=WHY)),
    "subjects:site-change": Page(
        ("manager",), at.site_with_two_investigators, naming("principal_investigator", "subinvestigator", reason=WHY)
    ),
    # participants
    "subjects:subject-register": Page(
        STAFF, site, at.new_person, makes="subjects.Subject", query="?site={pk}"
    ),
    "subjects:subject-identity": Page(("coordinator",), canary, at.other_identity),
    "subjects:subject-change": Page(
        STAFF, canary, naming("coordinator", "subinvestigator", sex_at_birth="M", reason=WHY)
    ),
    "subjects:subject-consent": Page(
        STAFF, canary, plain(discussed_at=lambda: minute(hours=-2), signed_at=lambda: minute(hours=-1)),
        makes="subjects.Consent",
    ),
    "subjects:consent-correct": Page(
        STAFF, at.wrong_consent, plain(discussed_at=lambda: minute(-90), signed_at=lambda: minute(-60), reason=WHY),
        makes="subjects.Consent",
    ),
    # screening
    "subjects:screening-attempt/save": Page(STAFF, at.open_attempt, plain(act="save", notes="Seen on Monday")),
    "subjects:screening-attempt/passed": Page(STAFF, at.open_attempt, at.every_criterion_met),
    "subjects:screening-attempt/failed": Page(
        STAFF, at.open_attempt, plain(act="failed", decided_on=day, fail_reason="other", notes="Moves away")
    ),
    "subjects:subject-rescreen": Page(
        INVESTIGATORS, at.failed_long_ago, plain(screening_date=day, reason=WHY), makes="subjects.Screening"
    ),
    # visits
    "subjects:subject-visit-add": Page(
        STAFF, canary, plain(started_on=day, unscheduled_reason="other", visit_type="Rash looked at"),
        makes="subjects.Visit",
    ),
    "subjects:visit-schedule": Page(STAFF, of_canary(Visit, status="planned"), booking(31, "Room 7", "investigator")),
    "subjects:visit-reschedule": Page(
        STAFF, of_canary(Visit, status="scheduled"), booking(33, "Room 8", "subinvestigator")
    ),
    "subjects:visit-complete": Page(STAFF, of_canary(Visit, status="scheduled"), plain(started_on=day)),
    "subjects:visit-miss": Page(STAFF, of_canary(Visit, status="rescheduled"), plain(reason=WHY)),
    "subjects:visit-cancel": Page(STAFF, of_canary(Visit, status="scheduled"), plain(reason=WHY)),
    # notes
    "subjects:note-add": Page(
        STAFF, canary, plain(note_type="call", note_text="Called at noon"), makes="subjects.SubjectNote"
    ),
    "subjects:note-addendum": Page(
        ("coordinator",), of_canary(SubjectNote, addendum_to=None), plain(note_text="It was at one"),
        makes="subjects.SubjectNote",
    ),
    # adverse events
    "safety:event-record": Page(STAFF, canary, at.new_event, makes="safety.AdverseEvent"),
    "safety:event-change": Page(
        STAFF, of_canary(AdverseEvent, status="open"),
        plain(event_term="Migraine", onset=lambda: day(-5), reason=WHY),
    ),
    "safety:event-correct": Page(STAFF, of_canary(AdverseEvent, status="open"), at.other_judgement),
    "safety:event-assess": Page(STAFF, of_canary(AdverseEvent, status="open"), at.other_judgement),
    "safety:event-ask-review": Page(STAFF, of_canary(AdverseEvent, status="open")),
    "safety:event-resolve": Page(
        STAFF, of_canary(AdverseEvent, status="open"), plain(outcome="RECOVERED/RESOLVED", end=day)
    ),
    # medication
    "medications:order-draft": Page(
        STAFF, canary, at.new_order, makes="medications.MedicationOrder"
    ),
    "medications:order-change": Page(STAFF, of_canary(MedicationOrder, status="draft"), at.other_order),
    "medications:order-revise": Page(
        STAFF, at.supplied_order, at.next_version, makes="medications.MedicationOrder"
    ),
    "medications:order-sign": Page(INVESTIGATORS, of_canary(MedicationOrder, status="draft"), at.signed),
    "medications:order-feedback": Page(
        STAFF, at.supplied_order, plain(about="adherence", text="Well done"), makes="medications.Feedback"
    ),
    "medications:order-prepare": Page(
        PHARMACISTS, at.supplied_order, plain(planned_on=lambda: day(1), planned_days="7"),
        makes="medications.Distribution",
    ),
    "medications:distribution-dispense": Page(
        PHARMACISTS, of_canary(Distribution, status="prepared"), at.handed_out,
    ),
    "medications:my-receipt": Page(
        ("participant",), of_canary(Distribution, status="dispensed"), plain(units_acknowledged="30")
    ),
    "medications:distribution-return": Page(
        ("coordinator", *PHARMACISTS), of_canary(Distribution, status="acknowledged"),
        plain(returned_on=day, units_returned="30", units_lost="0"),
    ),
    "medications:my-dose": Page(
        ("participant",), at.supplied_order, at.dose("taken"), makes="medications.AdherenceLog"
    ),
    "medications:my-dose/again": Page(
        ("participant",), at.logged_order, at.dose("missed", missed_reason="forgot"), makes="medications.AdherenceLog"
    ),
    "medications:order-log": Page(
        ("coordinator",), at.supplied_order,
        at.dose("taken", taken_at=lambda: minute(hours=-1), proxy_reason=WHY), makes="medications.AdherenceLog",
    ),
    # messages
    "messaging:my-message": Page(
        ("participant",), canary, at.message("May I take aspirin?"), makes="messaging.Message",
        own=("other_participant",),
    ),
    "messaging:my-reply": Page(
        ("participant",), of_canary(Conversation, kind="participant"), at.message("Thank you"),
        makes="messaging.Message",
    ),
    "messaging:conversation-start": Page(
        (*STAFF, "pharmacist"), canary, at.to_colleague, makes="messaging.Message", own=OTHERS_STAFF
    ),
    "messaging:conversation-reply": Page(
        (*STAFF, "pharmacist"), of_canary(Conversation, kind="participant"), at.message("Yes, you may"),
        makes="messaging.Message",
    ),
    "messaging:my-message-retract": Page(
        ("participant",), of_canary(Message, is_from_participant=True)
    ),
    "messaging:my-messages-delivered": Page(
        ("participant",), at.unread, makes="messaging.MessageReceipt", own=("other_participant",)
    ),
    "messaging:conversation-read": Page(
        (*STAFF, *PHARMACISTS), of_canary(Conversation, kind="participant"), makes="messaging.MessageReceipt"
    ),
    "messaging:my-conversation-read": Page(("participant",), at.unread, makes="messaging.MessageReceipt"),
    # appointments
    "subjects:subject-appointment-add": Page(
        STAFF, canary, at.appointment, makes="subjects.Appointment"
    ),
    "subjects:appointment-move": Page(
        STAFF, at.coming, booking(35, "Room 9", "subinvestigator"),
        makes="subjects.Appointment",
    ),
    "subjects:appointment-cancel": Page(
        STAFF, at.coming, plain(cancelled_by="participant", reason=WHY)
    ),
    "subjects:appointment-confirm": Page(STAFF, at.coming),
    "subjects:my-appointment-confirm": Page(("participant",), at.coming),
    "subjects:my-appointment-ask": Page(
        ("participant",), at.coming, plain(wish="Rather on Friday")
    ),
    # departures from the protocol
    "subjects:deviation-add": Page(
        (*STAFF, "monitor"), canary,
        plain(description="Taken after breakfast.", category="procedure", starts_on=day, discovered_on=day),
        makes="subjects.Deviation",
    ),
}  # fmt: skip

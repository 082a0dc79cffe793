"""One row for each field of each class of both product briefs: on which page it is typed first, and on which changed.

Where nobody types a field, or nobody changes it, the row says why. The test reads the briefs and asks for a row for
every class and field that they name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from messaging.domain.conversations import progress_of
from tests.house.brief_typing import NEW_PASSWORD, canary_id, day, person_id, site_id, slot_as_typed, study_id
from tests.house.world import World

#: Fields that every class has and nobody types.
OF_EVERY_CLASS = ("objectId", "createdAt", "updatedAt")
#: A field of a form that is no field: what the page does by itself, and the record in its address.
ACT, ADDRESS = "(the act)", "(the address)"


@dataclass(frozen=True)
class On:
    """Where a value is typed, and where it is read back.

    Args:
        page: its key in `PAGES`.
        field: of the form; or the act itself, or the record in the address.
        here: the way from the record that changed or appeared to the value; empty for the row's own.
        then: what stands there afterwards, where that is not the very text that was typed.
    """

    page: str
    field: str
    here: str | Callable[[Any], Any] = ""
    then: Callable[[World, Any], Any] | Any = None


@dataclass(frozen=True)
class Row:
    """A field of a brief: where it stands here, and who types and changes it where; or in words, why nobody does."""

    here: str
    created: On | tuple[On, ...] | str
    changed: On | tuple[On, ...] | str


REGISTER, IDENTITY, DETAILS = "subjects:subject-register", "subjects:subject-identity", "subjects:subject-change"
ATTEMPT = "subjects:screening-attempt"
BOOK, MOVE = "subjects:visit-schedule", "subjects:visit-reschedule"
EVENT, EVENT_CHANGE, EVENT_CORRECT = "safety:event-record", "safety:event-change", "safety:event-correct"
DRAFT, ORDER_CHANGE = "medications:order-draft", "medications:order-change"
PREPARE, DISPENSE = "medications:order-prepare", "medications:distribution-dispense"
DOSE, AGAIN, FOR_THEM = "medications:my-dose", "medications:my-dose/again", "medications:order-log"
WRITE, ASK_COLLEAGUE = "messaging:my-message", "messaging:conversation-start"
APPOINT, APPOINT_AGAIN = "subjects:subject-appointment-add", "subjects:appointment-move"

THEIR_STUDY = "it is that of the participant, and nobody moves to another study"
NEVER_ANOTHER = "a record is never made another participant's; one that was entered for the wrong person is ended"
WHO_IT_WAS = "whoever did it, by their sign-in; never typed and never changed"
NEVER_EDITED = "what was written is never edited"


def _typed(page: str, field: str, other: str, **paths: str) -> Any:
    """The same field on the page that makes a record and on the one that changes it."""
    return On(page, field, **paths), On(other, field, **paths)


def _identity(here: str, field: str) -> Row:
    return Row(here, *_typed(REGISTER, field, IDENTITY, here=here))


def is_new_password(user: Any) -> bool:
    return bool(user.check_password(NEW_PASSWORD))


def progress(receipt: Any) -> str:
    return str(progress_of([receipt]))


def progress_of_message(message: Any) -> str:
    return str(progress_of(message.receipts.all()))


FULL_NAME = _identity("identity.reveal.full_name", "full_name")
BORN = _identity("identity.reveal.date_of_birth", "date_of_birth")
SET_UP = "a study is set up whole, with its design and its sites, by the import of a delivery (`/imports/new/`)"
BY_DELIVERY = "another delivery brings the study in line (`/imports/<id>/again/`); nobody types it on a page"
ORDERED = "it is that of the order, which is in the address; another one is another preparation"

FIELDS: dict[str, dict[str, Row]] = {
    "User": {
        "username": Row(
            "email",
            On("subjects:site-invite", "email", here="invitation.email"),
            "the address is the name; it is one person's for ever (21 CFR 11.100(a))",
        ),
        "email": Row(
            "email",
            On("users-invitation", ACT, then="sent-701@trial.test"),
            "an account keeps its address; somebody with another address is invited anew",
        ),
        "password": Row(
            "password",
            On("users-invitation", "password", here=is_new_password, then=True),
            On("account_change_password", "password1", here=is_new_password, then=True),
        ),
        "role": Row(
            "role",
            (On("subjects:site-invite", "role"), On("subjects:site-role-give", "role")),
            On("subjects:role-end", "ends_on", here="ends_on"),
        ),
        "siteName": Row(
            "site_id",
            (
                On("subjects:site-invite", ADDRESS, then=site_id),
                On("subjects:site-role-give", ADDRESS, then=site_id),
            ),
            On("subjects:role-end", "ends_on", here="ends_on"),
        ),
    },
    "Study": {
        name: Row(here, SET_UP, BY_DELIVERY)
        for name, here in (
            ("protocolId", "protocol_id"),
            ("title", "title"),
            ("status", "status"),
            ("principalInvestigator", "sites.principal_investigator"),
            ("siteName", "sites.institution.name"),
        )
    },
    "Subject": {
        "subjectId": Row(
            "subject_id",
            "given by the portal at registration: the site's number and a sequence, so that it tells nothing",
            "a participant id is never changed and never used again",
        ),
        "fullName": FULL_NAME,
        "screeningStatus": Row(
            "screenings.get.status",
            On(REGISTER, ACT, then="pending"),
            (
                On(f"{ATTEMPT}/passed", ACT, here="status", then="passed"),
                On(f"{ATTEMPT}/failed", ACT, here="status", then="failed"),
                On("subjects:subject-rescreen", ACT, here="status", then="rescreen"),
            ),
        ),
        "study": Row("study_id", On(REGISTER, ADDRESS, then=study_id), THEIR_STUDY),
        "coordinator": Row("coordinator_id", *_typed(REGISTER, "coordinator", DETAILS)),
        "dob": BORN,
        "sexAtBirth": Row("sex_at_birth", *_typed(REGISTER, "sex_at_birth", DETAILS)),
        "consentSignedAt": Row(
            "consents.get.signed_at",
            On(REGISTER, "signed_at"),
            On("subjects:subject-consent", "signed_at", here="signed_at"),
        ),
    },
    "Screening": {
        "subject": Row("subject_id", On("subjects:subject-rescreen", ADDRESS), NEVER_ANOTHER),
        "study": Row("study_id", On("subjects:subject-rescreen", ADDRESS, then=study_id), THEIR_STUDY),
        "screeningStatus": Row(
            "status",
            On("subjects:subject-rescreen", ACT, then="rescreen"),
            (On(f"{ATTEMPT}/passed", ACT, then="passed"), On(f"{ATTEMPT}/failed", ACT, then="failed")),
        ),
        "screeningDate": Row(
            "screening_date",
            (
                On(REGISTER, "signed_at", here="screenings.get.screening_date", then=lambda *_: day()),
                On("subjects:subject-rescreen", "screening_date"),
            ),
            "an attempt begins with its consent, or when it is opened again; another attempt has another date",
        ),
        "completedBy": Row("completed_by_id", WHO_IT_WAS, On(f"{ATTEMPT}/passed", ACT, then=person_id)),
        "notes": Row(
            "notes",
            On(f"{ATTEMPT}/save", "notes"),
            (On(f"{ATTEMPT}/passed", "notes"), On(f"{ATTEMPT}/failed", "notes")),
        ),
    },
    "Visit": {
        "subject": Row("subject_id", On("subjects:subject-visit-add", ADDRESS), NEVER_ANOTHER),
        "study": Row("study_id", On("subjects:subject-visit-add", ADDRESS, then=study_id), THEIR_STUDY),
        "visitType": Row(
            "visit_type",
            On("subjects:subject-visit-add", "visit_type"),
            "the protocol names its visits; what an unscheduled one was for stays as it was told",
        ),
        "scheduledAt": Row("scheduled_at", *_typed(BOOK, "scheduled_at", MOVE)),
        "visitStatus": Row(
            "status",
            (
                On("subjects:subject-visit-add", ACT, then="completed"),
                On(BOOK, ACT, then="scheduled"),
            ),
            (
                On(MOVE, ACT, then="rescheduled"),
                On("subjects:visit-complete", ACT, then="completed"),
                On("subjects:visit-miss", ACT, then="missed"),
                On("subjects:visit-cancel", ACT, then="cancelled"),
            ),
        ),
        "location": Row("location", *_typed(BOOK, "location", MOVE)),
        "coordinator": Row("coordinator_id", *_typed(BOOK, "coordinator", MOVE)),
    },
    "AdverseEvent": {
        "subject": Row("subject_id", On(EVENT, ADDRESS), NEVER_ANOTHER),
        "study": Row("study_id", On(EVENT, ADDRESS, then=study_id), THEIR_STUDY),
        "eventTerm": Row("event_term", *_typed(EVENT, "event_term", EVENT_CHANGE)),
        "severity": Row(
            "severity", On(EVENT, "severity"), (On(EVENT_CORRECT, "severity"), On("safety:event-assess", "severity"))
        ),
        "serious": Row(
            "is_serious",
            On(EVENT, "criteria", then=True),
            (On(EVENT_CORRECT, "criteria", then=True), On("safety:event-assess", "criteria", then=True)),
        ),
        "onsetDate": Row("onset", *_typed(EVENT, "onset", EVENT_CHANGE)),
        "status": Row(
            "status",
            On(EVENT, ACT, then="under_review"),
            (
                On("safety:event-ask-review", ACT, then="under_review"),
                On("safety:event-resolve", ACT, then="resolved"),
            ),
        ),
        "reportedBy": Row("reported_by_id", On(EVENT, ACT, then=person_id), WHO_IT_WAS),
    },
    "SubjectNote": {
        "subject": Row("subject_id", On("subjects:note-add", ADDRESS), NEVER_ANOTHER),
        "author": Row("author_id", On("subjects:note-add", ACT, then=person_id), WHO_IT_WAS),
        "noteType": Row("note_type", On("subjects:note-add", "note_type"), NEVER_EDITED),
        "noteText": Row(
            "note_text", On("subjects:note-add", "note_text"), On("subjects:note-addendum", "note_text")
        ),
    },
    "PatientProfile": {
        "user": Row(
            "subject_id",
            On("subjects:participant-invite", "subject"),
            "an account is one participant's for good; another account is another invitation",
        ),
        "medicalRecordNumber": _identity("identity.reveal.medical_record_number", "medical_record_number"),
        "displayName": FULL_NAME,
        "fullName": FULL_NAME,
        "dateOfBirth": BORN,
        "dob": BORN,
        "contact": Row(
            "identity.reveal.phone",
            tuple(On(REGISTER, name, here=f"identity.reveal.{name}") for name in ("phone", "email", "address")),
            tuple(On(IDENTITY, name, here=f"identity.reveal.{name}") for name in ("phone", "email", "address")),
        ),
        "primaryClinic": Row(
            "site_id",
            On(REGISTER, ADDRESS, then=site_id),
            "the participant id begins with the site's number; a transfer would be another participation",
        ),
        "isActive": Row(
            "is_active",
            On("users-invitation", ACT, then=True),
            (On("operations:account/close", ACT, then=False), On("operations:account/reopen", ACT, then=True)),
        ),
    },
    "MedicationOrder": {
        "patient": Row("subject_id", On(DRAFT, ADDRESS), NEVER_ANOTHER),
        "drug": Row("product_id", On(DRAFT, "product"), On(ORDER_CHANGE, "product")),
        "dosage": Row(
            "dose_amount",
            (On(DRAFT, "dose_amount"), On(DRAFT, "dose_unit", here="dose_unit")),
            (On(ORDER_CHANGE, "dose_amount"), On("medications:order-revise", "dose_amount")),
        ),
        "frequency": Row(
            "frequency",
            On(DRAFT, "frequency"),
            (On(ORDER_CHANGE, "frequency"), On("medications:order-revise", "frequency")),
        ),
        "instructions": Row(
            "instructions",
            On(DRAFT, "instructions"),
            (On(ORDER_CHANGE, "instructions"), On("medications:order-revise", "instructions")),
        ),
    },
    "MedicationDistribution": {
        "patient": Row("subject_id", On(PREPARE, ADDRESS, then=canary_id), NEVER_ANOTHER),
        "medicationName": Row("order_id", On(PREPARE, ADDRESS), ORDERED),
        "dose": Row("order_id", On(PREPARE, ADDRESS), ORDERED),
        "distributionDate": Row(
            "planned_on", On(PREPARE, "planned_on"), On(DISPENSE, "dispensed_at", here="dispensed_at")
        ),
        "status": Row(
            "status",
            On(PREPARE, ACT, then="prepared"),
            (
                On(DISPENSE, ACT, then="dispensed"),
                On("medications:my-receipt", ACT, then="acknowledged"),
                On("medications:distribution-return", ACT, then="returned"),
            ),
        ),
    },
    "AdherenceLog": {
        "patient": Row("subject_id", On(DOSE, ADDRESS, then=canary_id), NEVER_ANOTHER),
        "medication": Row("order_id", On(DOSE, ADDRESS), "the kit that was in hand on that day, found by the portal"),
        "adherenceStatus": Row(
            "adherence_status",
            (On(DOSE, "adherence_status"), On(FOR_THEM, "adherence_status")),
            On(AGAIN, "adherence_status"),
        ),
        "timestamp": Row(
            "slot_at",
            (On(DOSE, "slot_at", then=slot_as_typed), On(FOR_THEM, "taken_at", here="taken_at")),
            On(AGAIN, "slot_at", then=slot_as_typed),
        ),
    },
    "ProtocolAdherence": {
        "patient": Row("", "computed for each participant", "computed"),
        "protocolId": Row("", "computed: that of the participant's study", "computed"),
        "adherenceStatus": Row(
            "",
            "computed from what was entered about doses and counted of returned kits: participants report what they "
            "took (AdherenceLog) and do not judge their compliance",
            On("subjects:deviation-add", "description", here="description"),
        ),
    },
    "Message": {
        "conversationId": Row(
            "conversation_id",
            On("messaging:conversation-reply", ADDRESS),
            "a message stays in the conversation in which it was written",
        ),
        "from": Row("sender_id", On(WRITE, ACT, then=person_id), WHO_IT_WAS),
        "sender": Row("sender_id", On(ASK_COLLEAGUE, ACT, then=person_id), WHO_IT_WAS),
        "to": Row(
            "conversation.addressee_id",
            On(ASK_COLLEAGUE, "addressee"),
            "participants write to the site team; for whom a message was does not change afterwards",
        ),
        "recipient": Row(
            "conversation.addressee_id",
            On(ASK_COLLEAGUE, "addressee"),
            "participants write to the site team; for whom a message was does not change afterwards",
        ),
        "patient": Row(
            "subject_id", (On(WRITE, ACT, then=canary_id), On(ASK_COLLEAGUE, "subject", here="subject.subject_id")),
            NEVER_ANOTHER,
        ),
        "body": Row(
            "text",
            (On(WRITE, "body"), On(ASK_COLLEAGUE, "body"), On("messaging:conversation-reply", "body")),
            On("messaging:my-message-retract", ACT, here="is_retracted", then=True),
        ),
        "attachments": Row(
            "attachments.get.file_name",
            (On(WRITE, "files", then="rash.png"), On("messaging:my-reply", "files", then="rash.png")),
            NEVER_EDITED,
        ),
        "status": Row(
            "status",
            On(WRITE, ACT, here=progress_of_message, then="sent"),
            (
                On("messaging:my-messages-delivered", ACT, here=progress, then="delivered"),
                On("messaging:my-conversation-read", ACT, here=progress, then="read"),
                On("messaging:conversation-read", ACT, here=progress, then="read"),
            ),
        ),
        "isRead": Row(
            "status",
            "nobody has read what was just written",
            (
                On("messaging:my-conversation-read", ACT, here=progress, then="read"),
                On("messaging:conversation-read", ACT, here=progress, then="read"),
            ),
        ),
        "sentAt": Row("sent_at", "the server's time", "the server's time, once"),
    },
    "Appointment": {
        "patient": Row("subject_id", On(APPOINT, ADDRESS), NEVER_ANOTHER),
        "provider": Row("provider_id", *_typed(APPOINT, "coordinator", APPOINT_AGAIN)),
        "startAt": Row("starts_at", *_typed(APPOINT, "scheduled_at", APPOINT_AGAIN)),
        "endAt": Row("minutes", *_typed(APPOINT, "minutes", APPOINT_AGAIN)),
        "location": Row("location", *_typed(APPOINT, "location", APPOINT_AGAIN)),
        "status": Row(
            "status",
            On(APPOINT, ACT, then="booked"),
            (
                On("subjects:my-appointment-confirm", ACT, then="confirmed"),
                On("subjects:appointment-confirm", ACT, then="confirmed"),
                On("subjects:appointment-cancel", ACT, then="cancelled"),
                On("subjects:my-appointment-ask", "wish", here="wish"),
            ),
        ),
        "reason": Row(
            "reason",
            On(APPOINT, "reason"),
            "what a time was booked for; for anything else another one is booked",
        ),
    },
    "AuditLog": {
        name: Row("", "written by the portal with the act itself; no page writes a row", "append-only")
        for name in ("actor", "entityType", "entityId", "action", "summary", "metadata", "payload")
    },
    # No fields, but what the briefs say that people do.
    "Behaviour": {
        "providers publish medication orders": Row(
            "status", "an order is drafted first", On("medications:order-sign", ACT, then="active")
        ),
        "providers publish feedback": Row("text", On("medications:order-feedback", "text"), NEVER_EDITED),
        "patients update protocol adherence": Row("adherence_status", On(DOSE, "adherence_status"), NEVER_EDITED),
    },
}  # fmt: skip


def places(row: Row) -> list[On]:
    """Every page on which the field of a row is typed."""
    return [on for found in (row.created, row.changed) if not isinstance(found, str) for on in _several(found)]


def _several(found: On | tuple[On, ...]) -> tuple[On, ...]:
    return (found,) if isinstance(found, On) else found

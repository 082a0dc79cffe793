"""The rows of the second brief: medication, doses, messages, appointments and the log."""

from typing import Any

from messaging.domain.conversations import progress_of
from tests.house.brief_rows import (
    ACT,
    ADDRESS,
    AGAIN,
    APPOINT,
    APPOINT_AGAIN,
    ASK_COLLEAGUE,
    BORN,
    DISPENSE,
    DOSE,
    DRAFT,
    FOR_THEM,
    FULL_NAME,
    IDENTITY,
    NEVER_ANOTHER,
    NEVER_EDITED,
    ORDER_CHANGE,
    PREPARE,
    REGISTER,
    WHO_IT_WAS,
    WRITE,
    On,
    Row,
    identity,
    typed_twice,
)
from tests.house.brief_typing import canary_id, person_id, site_id, slot_as_typed


def progress(receipt: Any) -> str:
    return str(progress_of([receipt]))


def progress_of_message(message: Any) -> str:
    return str(progress_of(message.receipts.all()))


ORDERED = "it is that of the order, which is in the address; another one is another preparation"

FIELDS: dict[str, dict[str, Row]] = {
    "PatientProfile": {
        "user": Row(
            "subject_id",
            On("subjects:participant-invite", "subject"),
            "an account is one participant's for good; another account is another invitation",
        ),
        "medicalRecordNumber": identity("identity.reveal.medical_record_number", "medical_record_number"),
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
        "provider": Row("provider_id", *typed_twice(APPOINT, "coordinator", APPOINT_AGAIN)),
        "startAt": Row("starts_at", *typed_twice(APPOINT, "scheduled_at", APPOINT_AGAIN)),
        "endAt": Row("minutes", *typed_twice(APPOINT, "minutes", APPOINT_AGAIN)),
        "location": Row("location", *typed_twice(APPOINT, "location", APPOINT_AGAIN)),
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

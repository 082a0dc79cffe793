"""What kind of thing each field of the tables of messages, notices and the live stream holds."""

from tests.house.kinds import CLINICAL, CODED, IDENTIFYING, OPERATIONAL

FIELDS: dict[str, dict[str, str]] = {
    "live.LiveEvent": {
        OPERATIONAL: "at kind permission own_permission person_id study_id site_id record_id",
        CODED: "subject_id",
    },
    # What somebody wrote, and what they called a file, may say everything about them; both lie sealed.
    "messaging.Attachment": {
        OPERATIONAL: "media_type size stored_as",
        CODED: "message",
        IDENTIFYING: "name sha256",
    },
    "messaging.Conversation": {
        OPERATIONAL: "kind started_by addressee",
        CLINICAL: "topic last_at waiting_since",
    },
    "messaging.Message": {
        OPERATIONAL: "sender",
        CODED: "conversation event_id",
        CLINICAL: "is_from_participant sent_at is_retracted triage triaged_by triaged_at",
        IDENTIFYING: "body",
    },
    "messaging.MessageReceipt": {
        OPERATIONAL: "person",
        CODED: "message",
        CLINICAL: "is_of_participant delivered_at read_at",
    },
    "messaging.Notification": {OPERATIONAL: "person kind key read_at", CODED: "record_id"},
    "messaging.OutgoingMail": {OPERATIONAL: "person kind status attempts due_at sent_at failure"},
    "messaging.SiteContact": {OPERATIONAL: "emergency_phone hours"},
}

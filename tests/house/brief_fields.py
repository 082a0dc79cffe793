"""One row for each field of each class of both product briefs: on which page it is typed first, and on which changed.

Where nobody types a field, or nobody changes it, the row says why. The test reads the briefs and asks for a row for
every class and field that they name. Here are the classes of the first brief; those of the second stand beside this.
"""

from typing import Any

from tests.house import brief_fields_medication
from tests.house.brief_rows import (
    ACT,
    ADDRESS,
    ATTEMPT,
    BOOK,
    BORN,
    DETAILS,
    EVENT,
    EVENT_CHANGE,
    EVENT_CORRECT,
    FULL_NAME,
    MOVE,
    NEVER_ANOTHER,
    NEVER_EDITED,
    REGISTER,
    THEIR_STUDY,
    WHO_IT_WAS,
    On,
    Row,
    typed_twice,
)
from tests.house.brief_typing import NEW_PASSWORD, day, day_before, person_id, site_id, study_id


def is_new_password(user: Any) -> bool:
    return bool(user.check_password(NEW_PASSWORD))


SET_UP = "a study is set up whole, with its design and its sites, by the import of a delivery (`/imports/new/`)"
ONE_NAME = "a site is called after its institution, which has one name in all studies"

_SUBJECTS: dict[str, dict[str, Row]] = {
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
        "protocolId": Row("protocol_id", SET_UP, "the number of a protocol never changes"),
        "title": Row("title", SET_UP, On("subjects:study-change", "title")),
        "status": Row("status", SET_UP, On("subjects:study-move", "to")),
        "principalInvestigator": Row(
            "site.principal_investigator_id",
            On("subjects:site-role-give/pi", "user"),
            On("subjects:site-change", "principal_investigator", here="principal_investigator_id"),
        ),
        "siteName": Row("site.institution.name", SET_UP, ONE_NAME),
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
        "coordinator": Row("coordinator_id", *typed_twice(REGISTER, "coordinator", DETAILS)),
        "dob": BORN,
        "sexAtBirth": Row("sex_at_birth", *typed_twice(REGISTER, "sex_at_birth", DETAILS)),
        "consentSignedAt": Row(
            "consents.get.signed_at",
            On(REGISTER, "signed_at"),
            (
                On("subjects:subject-consent", "signed_at", here="signed_at"),
                On("subjects:consent-correct", "signed_at", here="signed_at"),
            ),
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
            On("subjects:consent-correct", "signed_at", here="subject.screenings.get.screening_date", then=day_before),
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
        "scheduledAt": Row("scheduled_at", *typed_twice(BOOK, "scheduled_at", MOVE)),
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
        "location": Row("location", *typed_twice(BOOK, "location", MOVE)),
        "coordinator": Row("coordinator_id", *typed_twice(BOOK, "coordinator", MOVE)),
    },
    "AdverseEvent": {
        "subject": Row("subject_id", On(EVENT, ADDRESS), NEVER_ANOTHER),
        "study": Row("study_id", On(EVENT, ADDRESS, then=study_id), THEIR_STUDY),
        "eventTerm": Row("event_term", *typed_twice(EVENT, "event_term", EVENT_CHANGE)),
        "severity": Row(
            "severity", On(EVENT, "severity"), (On(EVENT_CORRECT, "severity"), On("safety:event-assess", "severity"))
        ),
        "serious": Row(
            "is_serious",
            On(EVENT, "criteria", then=True),
            (On(EVENT_CORRECT, "criteria", then=True), On("safety:event-assess", "criteria", then=True)),
        ),
        "onsetDate": Row("onset", *typed_twice(EVENT, "onset", EVENT_CHANGE)),
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
}  # fmt: skip

FIELDS = {**_SUBJECTS, **brief_fields_medication.FIELDS}

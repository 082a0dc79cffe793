"""What may be granted in this app. A permission is held on a study, a site or a subject."""

from enum import StrEnum


class Perm(StrEnum):
    VIEW_STUDY = "view_study"
    CHANGE_STUDY = "change_study"
    VIEW_SITE = "view_site"
    IMPORT_STUDY = "import_study"
    VIEW_MEMBERSHIP = "view_membership"
    CHANGE_MEMBERSHIP = "change_membership"
    VIEW_SUBJECT = "view_subject"
    CHANGE_SUBJECT = "change_subject"
    CHANGE_PARTICIPATION = "change_participation"
    VIEW_IDENTITY = "view_subjectidentity"
    CHANGE_IDENTITY = "change_subjectidentity"
    VIEW_TREATMENT = "view_treatmentassignment"
    VIEW_CONSENT = "view_consent"
    CHANGE_CONSENT = "change_consent"
    VIEW_SCREENING = "view_screening"
    CHANGE_SCREENING = "change_screening"
    CONFIRM_ELIGIBILITY = "confirm_eligibility"
    RANDOMISE = "randomise_subject"
    VIEW_VISIT = "view_visit"
    CHANGE_VISIT = "change_visit"
    VIEW_NOTE = "view_subjectnote"
    CHANGE_NOTE = "change_subjectnote"
    VIEW_HISTORY = "view_history"

"""What kind of thing each field of each table holds. A new field is classed before it can be committed.

Here are the tables of the study and of the ground floor; those of the apps above stand in the `fields_…` beside this.
"""

from tests.house import (
    fields_accounts,
    fields_appointments,
    fields_medications,
    fields_messaging,
    fields_safety,
)
from tests.house.kinds import CLINICAL, CODED, IDENTIFYING, OPERATIONAL, TREATMENT

#: Columns that mean the same wherever they stand; a table lists only what it has besides.
COMMON = {
    OPERATIONAL: "id created_at updated_at study site",
    CODED: "subject",
}

_GROUND: dict[str, dict[str, str]] = {
    "access.GroupMembership": {OPERATIONAL: "user group starts_at ends_at"},
    "audit.AuditLog": {
        OPERATIONAL: "at actor actor_name role action entity_type entity_id study_id site_id outcome request_id "
        "address_digest",
        CODED: "subject_id",
        CLINICAL: "summary reason payload",
    },
    "audit.LedgerEntry": {OPERATIONAL: "transaction_id table_name row_id columns digest"},
    "audit.LedgerSeal": {
        OPERATIONAL: "sealed_at from_transaction to_transaction entries root previous seal",
    },
    "cdisc.Finding": {
        OPERATIONAL: "run gone_in key code severity title file row variable text is_unblinding",
        # Rows whose value tells the treatment are marked, and shown to those only who may see treatments.
        CLINICAL: "value",
    },
    "cdisc.ImportRun": {
        OPERATIONAL: "label wanted_study by is_uploaded mapping_version status step of message started_at finished_at "
        "created changed unchanged refused_file refused_row refused_variable refusal",
    },
    "cdisc.ImportedRecord": {OPERATIONAL: "domain record_type record_id file sha256 row", CODED: "key"},
    "cdisc.SourceFile": {OPERATIONAL: "run name sha256 size domain rows"},
    "cdisc.SubjectFlag": {OPERATIONAL: "code label", CLINICAL: "is_set"},
    "subjects.Arm": {OPERATIONAL: "code name"},
    "subjects.ArmElement": {OPERATIONAL: "arm element order branch transition epoch"},
    "subjects.Consent": {
        OPERATIONAL: "version discussed_by countersigned_by",
        CLINICAL: "status discussed_at mode signed_at signed_on signer_capacity method countersigned_at copy_given "
        "is_inferred withdrawn_on",
    },
    "subjects.ConsentVersion": {
        OPERATIONAL: "for_site label language status approved_on effective_from superseded_on reconsent_required "
        "required_signers summary_of_changes",
    },
    "subjects.CriterionResult": {
        OPERATIONAL: "criterion assessed_by",
        CODED: "screening",
        CLINICAL: "answer evidence assessed_on",
    },
    "subjects.Disposition": {
        CLINICAL: "sequence category subcategory term decoded end_reason epoch visit_num starts starts_from "
        "starts_until study_day",
    },
    "subjects.Element": {OPERATIONAL: "code name start_rule end_rule duration"},
    "subjects.EligibilityCriterion": {
        OPERATIONAL: "version code kind text order allows_not_applicable is_current",
    },
    "subjects.Institution": {OPERATIONAL: "name city country"},
    "subjects.Membership": {OPERATIONAL: "user role starts_on ends_on approved_by"},
    "subjects.PlannedVisit": {
        OPERATIONAL: "visit_num name kind anchor anchor_visit_num offset_days window_before window_after "
        "is_unscheduled_kind preparation start_rule end_rule visit_day",
    },
    "subjects.Screening": {
        OPERATIONAL: "completed_by eligible_by",
        CLINICAL: "attempt status screening_date decided_on fail_reason notes is_current eligible_on",
    },
    "subjects.Site": {
        OPERATIONAL: "institution number status principal_investigator time_zone activated_on planned_subjects "
        "last_sequence",
    },
    "subjects.SiteGroupPermission": {OPERATIONAL: "permission group content_object"},
    "subjects.Study": {
        OPERATIONAL: "protocol_id title short_title status phase indication sponsor_name blinding planned_subjects "
        "is_imported max_screening_days rescreen_max rescreen_min_days eligibility_valid_days unbooked_lead_days "
        "adverse_event_follow_up_days",
    },
    "subjects.StudyGroupPermission": {OPERATIONAL: "permission group content_object"},
    "subjects.StudyParameter": {OPERATIONAL: "code name sequence group value null_flavor"},
    "subjects.Subject": {
        OPERATIONAL: "coordinator",
        CODED: "subject_id unique_subject_id randomisation_number",
        CLINICAL: "state source sex_at_birth race ethnicity age country consented_on randomised_at first_dose_on "
        "last_dose_on ended_on end_reason withdrawal_extent died_on",
    },
    "subjects.SubjectElement": {
        TREATMENT: "sequence element code epoch starts ends description",
    },
    "subjects.SubjectGroupPermission": {OPERATIONAL: "permission group", CODED: "content_object"},
    "subjects.SubjectIdentity": {
        IDENTIFYING: "full_name date_of_birth medical_record_number phone email address medical_record_number_index "
        "name_index",
    },
    "subjects.SubjectKey": {IDENTIFYING: "wrapped"},
    "subjects.SubjectNote": {
        OPERATIONAL: "author",
        CODED: "addendum_to",
        CLINICAL: "note_type note_text",
    },
    "subjects.TreatmentAssignment": {TREATMENT: "planned_arm actual_arm not_assigned_reason"},
    "subjects.Visit": {
        OPERATIONAL: "planned_visit coordinator location",
        CLINICAL: "visit_num visit_type kind status is_unscheduled unscheduled_reason target_on opens_on closes_on "
        "due_on scheduled_at arrived_at started_on ended_on study_day deviation_days out_of_window_reason move_reason "
        "not_done_reason",
    },
    "users.Signature": {
        OPERATIONAL: "entity_type meaning signer printed_name role signed_at method digest",
        CODED: "entity_id",
        CLINICAL: "content",
    },
    "users.SignInAttempts": {OPERATIONAL: "address times last_at"},
    "users.User": {
        OPERATIONAL: "password last_login time_zone is_active is_operator is_service answered_by",
        # A participant's account says who they are; nobody is granted the sight of accounts.
        IDENTIFYING: "email name",
    },
}

OF_APPS = (fields_accounts, fields_appointments, fields_medications, fields_messaging, fields_safety)
FIELDS = {**_GROUND, **{label: kinds for module in OF_APPS for label, kinds in module.FIELDS.items()}}


def classes_of(label: str, columns: set[str]) -> dict[str, str]:
    """The kind of each field of a table, by the field's name; columns that the table does not have are left out."""
    common = {name: kind for kind, names in COMMON.items() for name in names.split() if name in columns}
    own = {name: kind for kind, names in FIELDS.get(label, {}).items() for name in names.split()}
    return common | own

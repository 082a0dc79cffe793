"""The classes of the fields of accounts and teams, in the form of `field_classes.py`."""

from tests.house.kinds import IDENTIFYING, OPERATIONAL

FIELDS: dict[str, dict[str, str]] = {
    "access.RoleGroup": {OPERATIONAL: "group role task"},
    "api.KeptAnswer": {OPERATIONAL: "person key call at record_id"},
    # Those of people are seen by nobody else; what managers read is what managers called the tokens of programs.
    "api.Token": {
        OPERATIONAL: "owner name digest hint verbs study_ids site_ids expires_at last_used_at last_refused_at "
        "revoked_at revoked_reason",
    },
    "subjects.AccessRequest": {OPERATIONAL: "user role words status answered_by answer"},
    "subjects.DelegationEntry": {
        OPERATIONAL: "membership user title tasks starts_on ends_on gcp_trained_on training status ended_at end_reason",
    },
    "subjects.OfferedRole": {
        OPERATIONAL: "invitation user role starts_on ends_on offered_by identity_method identity_checked_on membership "
        "status",
    },
    # How it was checked who somebody is; of participants too, but not who they are.
    "users.IdentityCheck": {OPERATIONAL: "user checked_by method checked_on remark"},
    # Participants are invited as well.
    "users.Invitation": {
        IDENTIFYING: "email name",
        OPERATIONAL: "kind token_digest sent_at expires_at accepted_at withdrawn_at account invited_by",
    },
}

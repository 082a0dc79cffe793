"""What kind of thing each field of the tables of medication, and of deviations, holds."""

from tests.house.kinds import CLINICAL, CODED, OPERATIONAL, TREATMENT

FIELDS: dict[str, dict[str, str]] = {
    "medications.AdherenceLog": {
        OPERATIONAL: "entered_by",
        CODED: "distribution order supersedes",
        CLINICAL: "slot_at adherence_status units taken_at missed_reason entered_at is_proxy is_late proxy_reason "
        "is_current",
    },
    "medications.Distribution": {
        OPERATIONAL: "prepared_by dispensed_by acknowledged_by returned_by reconciled_by verified_by",
        CODED: "order kit visit",
        CLINICAL: "status planned_on planned_days prepared_at dispensed_on dispensed_at units_dispensed "
        "instructions_given acknowledged_at units_acknowledged is_witnessed returned_on units_returned units_lost "
        "empties_returned return_condition circumstances discrepancy_reason reconciled_at verified_at",
    },
    "medications.Feedback": {OPERATIONAL: "author", CODED: "order", CLINICAL: "about text"},
    "medications.Kit": {OPERATIONAL: "lot shipment number units state expires_on"},
    # Which arm a kit holds; the kit's number alone tells nothing.
    "medications.KitContent": {OPERATIONAL: "kit", TREATMENT: "arm"},
    "medications.KitMovement": {
        OPERATIONAL: "kit from_state to_state units moved_at moved_by document",
        CODED: "distribution",
    },
    "medications.Lot": {OPERATIONAL: "product number expires_on released_on release_reference"},
    "medications.MedicationOrder": {
        OPERATIONAL: "product prescribed_by",
        CODED: "supersedes event_id",
        CLINICAL: "version status dose_amount dose_unit units_per_dose dose_form route frequency starts_on ends_on "
        "instructions prescribed_at ended_on end_reason",
    },
    "medications.OrderHold": {CODED: "order event_id", CLINICAL: "held_on resumed_on hold_reason reason"},
    "medications.Product": {OPERATIONAL: "name dose_form strength route unit storage_from storage_to"},
    "medications.Shipment": {
        OPERATIONAL: "lot number status sent_on kits_sent received_at received_by kits_received condition "
        "temperature_ok remarks",
    },
    "subjects.Deviation": {
        OPERATIONAL: "rule assessed_by action_owner",
        CODED: "occurrence",
        CLINICAL: "status description category importance starts_on ends_on discovered_on impact immediate_hazard "
        "serious_breach assessed_on root_cause corrective_action action_due_on closed_on dismissed_reason",
    },
}

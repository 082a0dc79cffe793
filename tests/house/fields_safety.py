"""What each field of the safety tables says about a person."""

from tests.house.kinds import CLINICAL, CODED, OPERATIONAL, TREATMENT

FIELDS: dict[str, dict[str, str]] = {
    "medications.Exposure": {
        TREATMENT: "sequence treatment dose dose_unit dose_form frequency route lot epoch visit_num starts starts_from "
        "starts_until ends ends_from ends_until",
    },
    "safety.AECausality": {CODED: "assessment order_ref", OPERATIONAL: "product", CLINICAL: "causality"},
    "safety.AEAssessment": {
        CODED: "event visit",
        OPERATIONAL: "assessor sequence is_medical",
        CLINICAL: "assessed_on severity results_in_death life_threatening hospitalisation disability "
        "congenital_anomaly medically_important admitted action_taken outcome has_treatment remark source_serious "
        "source_cancer source_overdose",
    },
    "safety.AdverseEvent": {
        CODED: "kept_event",
        OPERATIONAL: "number reported_by learned_from needs_signature",
        CLINICAL: "event_term narrative onset onset_from onset_until end end_from end_until end_unknown_reason status "
        "status_reason aware_at serious_since is_serious severity max_severity causality action_taken outcome "
        "is_cause_of_death review_asked_at follow_up_due_on",
    },
    "safety.SafetyPlan": {OPERATIONAL: "severity_scale follow_up_days"},
    "safety.SafetyReport": {
        CODED: "event",
        OPERATIONAL: "kind sequence sent_at sent_by received_at received_by acknowledged_at acknowledged_by "
        "hours_elapsed is_on_time is_unblinded follow_up_due_on",
        CLINICAL: "snapshot changed new_information aware_at",
    },
    "safety.SponsorAssessment": {
        CODED: "event",
        OPERATIONAL: "assessor received_on",
        CLINICAL: "causality is_expected rationale",
    },
}

"""What is in the console. What tells a treatment, an identity or a message is not, and must never be added."""

from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _

from trialcrm.core.decisions import Words
from trialcrm.core.paging import Order

from .records import RecordAdmin, Sites, Studies

PLACES = (Studies, Sites)
BY_SUBJECT = ("subject__subject_id", "study__protocol_id")


class Entry(NamedTuple):
    """One kind of record: columns of its list, filters besides its places, its date, what a search looks through."""

    label: str
    columns: tuple[str, ...]
    filters: tuple[str, ...] = ()
    dates: str | None = None
    search: tuple[str, ...] = BY_SUBJECT
    order: tuple[str, ...] = ("-id",)
    places: tuple[Any, ...] = PLACES


_STUDY = (
    Entry(
        "subjects.Study",
        ("protocol_id", "title", "status", "phase", "blinding", "planned_subjects"),
        ("status", "blinding"),
        None,
        ("protocol_id", "title"),
        ("protocol_id", "id"),
        (),
    ),
    Entry(
        "subjects.Site",
        ("number", "study", "institution", "status", "principal_investigator", "activated_on", "planned_subjects"),
        ("status",),
        "activated_on",
        ("number", "institution__name", "study__protocol_id"),
        ("number", "id"),
        (Studies,),
    ),
    Entry(
        "subjects.ConsentVersion",
        ("label", "study", "for_site", "language", "status", "effective_from", "reconsent_required"),
        ("status",),
        "effective_from",
        ("label", "study__protocol_id"),
        places=(Studies,),
    ),
)
_PEOPLE = (
    Entry(
        "subjects.Subject",
        ("subject_id", "study", "site", "state", "consented_on", "first_dose_on", "ended_on", "end_reason"),
        ("state", "sex_at_birth"),
        "consented_on",
        ("subject_id", "study__protocol_id"),
        ("subject_id", "id"),
    ),
    Entry(
        "subjects.Screening",
        ("subject", "study", "site", "attempt", "status", "screening_date", "decided_on", "fail_reason"),
        ("status", "fail_reason"),
        "screening_date",
    ),
    Entry("subjects.Consent", ("subject", "study", "site", "version", "status", "signed_on"), ("status",), "signed_on"),
    Entry(
        "subjects.Visit",
        ("subject", "site", "visit_num", "visit_type", "status", "target_on", "started_on", "deviation_days"),
        ("status", "kind", "is_unscheduled"),
        "due_on",
        (*BY_SUBJECT, "visit_type"),
    ),
    Entry(
        "subjects.Appointment",
        ("subject", "site", "starts_at", "ends_at", "provider", "status"),
        ("status",),
        "starts_at",
    ),
    Entry(
        "subjects.Deviation",
        ("subject", "site", "category", "importance", "status", "starts_on", "discovered_on"),
        ("status", "category", "importance"),
        "starts_on",
    ),
)
_MEDICATION = (
    Entry(
        "medications.MedicationOrder",
        ("subject", "site", "version", "status", "dose_amount", "dose_unit", "frequency", "starts_on", "ends_on"),
        ("status",),
        "starts_on",
    ),
    Entry(
        "medications.Distribution",
        ("subject", "site", "kit", "status", "dispensed_on", "units_dispensed", "returned_on", "units_returned"),
        ("status",),
        "dispensed_on",
        (*BY_SUBJECT, "kit__number"),
    ),
    Entry(
        "medications.AdherenceLog",
        ("subject", "site", "slot_at", "adherence_status", "units", "is_proxy", "is_late", "is_current"),
        ("adherence_status", "is_proxy", "is_current"),
        "entered_at",
    ),
    Entry(
        "medications.Lot",
        ("number", "study", "product", "expires_on", "released_on"),
        (),
        "expires_on",
        ("number", "study__protocol_id"),
        places=(Studies,),
    ),
    Entry(
        "medications.Kit",
        ("number", "study", "site", "lot", "state", "units", "expires_on"),
        ("state",),
        "expires_on",
        ("number", "lot__number", "study__protocol_id"),
    ),
    Entry(
        "medications.KitMovement",
        ("kit", "study", "site", "from_state", "to_state", "units", "moved_at", "moved_by"),
        ("to_state",),
        "moved_at",
        ("kit__number", "study__protocol_id"),
    ),
)
_SAFETY = (
    Entry(
        "safety.AdverseEvent",
        ("subject", "site", "number", "event_term", "onset", "max_severity", "is_serious", "causality", "status"),
        ("status", "is_serious", "max_severity"),
        "aware_at",
        (*BY_SUBJECT, "event_term"),
    ),
    Entry(
        "safety.AEAssessment",
        ("event", "site", "sequence", "assessed_on", "severity", "outcome", "action_taken", "assessor"),
        ("severity", "is_medical"),
        "assessed_on",
        (*BY_SUBJECT, "event__event_term"),
    ),
    Entry(
        "safety.SafetyReport",
        ("event", "site", "kind", "sequence", "sent_at", "sent_by", "is_on_time", "received_at"),
        ("kind", "is_on_time"),
        "sent_at",
    ),
)
_TEAM = (
    Entry(
        "subjects.Membership",
        ("user", "study", "site", "role", "starts_on", "ends_on"),
        ("role",),
        "starts_on",
        ("user__name", "study__protocol_id"),
    ),
    Entry(
        "subjects.DelegationEntry",
        ("user", "study", "site", "tasks", "status", "starts_on", "ends_on"),
        ("status",),
        "starts_on",
        ("user__name", "study__protocol_id"),
    ),
    Entry(
        "users.Signature",
        ("signer", "meaning", "role", "study", "site", "subject", "signed_at"),
        ("meaning",),
        "signed_at",
        ("subject__subject_id", "study__protocol_id"),
    ),
)
GROUPS: tuple[tuple[Words, str, tuple[Entry, ...]], ...] = (
    (_("Study"), "book-open", _STUDY),
    (_("Participants"), "users", _PEOPLE),
    (_("Medication"), "pill", _MEDICATION),
    (_("Safety"), "shield-alert", _SAFETY),
    (_("Oversight"), "signature", _TEAM),
)


def build(site: AdminSite) -> Any:
    """The site with everything registered."""
    for group, icon, entries in GROUPS:
        for entry in entries:
            site.register(apps.get_model(entry.label), _admin(group, icon, entry))
    return site


def _admin(group: Words, icon: str, entry: Entry) -> type[RecordAdmin]:
    facts = {
        "group": group,
        "icon": icon,
        "list_display": entry.columns,
        "list_filter": (*entry.places, *entry.filters),
        "date_hierarchy": entry.dates,
        "search_fields": entry.search,
        "order": Order(entry.order),
    }
    return type(f"{entry.label.rpartition('.')[2]}Admin", (RecordAdmin,), facts)

"""Tables of this app, one module per noun."""

from .consent import Consent, ConsentVersion, Signed
from .deviations import Deviation
from .notes import SubjectNote
from .participation import (
    Disposition,
    Identity,
    Subject,
    SubjectElement,
    SubjectGroupPermission,
    SubjectIdentity,
    SubjectKey,
    TreatmentAssignment,
    sealed_place,
)
from .screening import CriterionResult, EligibilityCriterion, Screening
from .studies import (
    Arm,
    ArmElement,
    Element,
    Institution,
    Membership,
    Site,
    SiteGroupPermission,
    Study,
    StudyGroupPermission,
    StudyParameter,
)
from .team import AccessRequest, DelegationEntry, OfferedRole
from .visits import Appointment, PlannedVisit, Visit

__all__ = [
    "AccessRequest",
    "Appointment",
    "Arm",
    "ArmElement",
    "Consent",
    "ConsentVersion",
    "CriterionResult",
    "DelegationEntry",
    "Deviation",
    "Disposition",
    "Element",
    "EligibilityCriterion",
    "Identity",
    "Institution",
    "Membership",
    "OfferedRole",
    "PlannedVisit",
    "Screening",
    "Signed",
    "Site",
    "SiteGroupPermission",
    "Study",
    "StudyGroupPermission",
    "StudyParameter",
    "Subject",
    "SubjectElement",
    "SubjectGroupPermission",
    "SubjectIdentity",
    "SubjectKey",
    "SubjectNote",
    "TreatmentAssignment",
    "Visit",
    "sealed_place",
]

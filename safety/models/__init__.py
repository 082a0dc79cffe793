"""Tables of this app, one module per noun."""

from .assessments import AEAssessment, AECausality, SponsorAssessment
from .events import AdverseEvent
from .plans import SafetyPlan
from .reports import SafetyReport

__all__ = ["AEAssessment", "AECausality", "AdverseEvent", "SafetyPlan", "SafetyReport", "SponsorAssessment"]

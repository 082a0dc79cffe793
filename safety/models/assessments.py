"""What was judged about an event at one time: by the site, for each product, and by the sponsor."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from safety.domain.assessments import ActionTaken, Causality, Criterion, Outcome, Severity, criteria_of
from subjects.models import Visit
from subjects.models.base import SubjectRecord
from trialcrm.users.domain.signatures import Item
from trialcrm.users.selectors.signatures import item_of

from .events import AdverseEvent


class AEAssessment(SubjectRecord):
    """How an event stood on one day. Severity and seriousness are separate judgements."""

    view_permission: ClassVar[str] = "view_adverseevent"
    SITE_TEXT: ClassVar[frozenset[str]] = frozenset()
    #: What of the event itself a medical assessment is about.
    SIGNED_OF_EVENT: ClassVar[tuple[str, ...]] = ("event_term", "onset", "end")
    SIGNED: ClassVar[tuple[str, ...]] = (
        "assessed_on",
        "severity",
        *(item.value for item in Criterion),
        "admitted",
        "action_taken",
        "outcome",
        "has_treatment",
        "remark",
    )

    event = models.ForeignKey(AdverseEvent, models.PROTECT, related_name="assessments", verbose_name=_("adverse event"))
    sequence = models.PositiveSmallIntegerField(_("number"))
    assessed_on = models.DateField(_("assessed on"))
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("visit"))
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, blank=True)
    results_in_death = models.BooleanField(Criterion.DEATH.label, default=False)
    life_threatening = models.BooleanField(Criterion.LIFE_THREATENING.label, default=False)
    hospitalisation = models.BooleanField(Criterion.HOSPITALISATION.label, default=False)
    disability = models.BooleanField(Criterion.DISABILITY.label, default=False)
    congenital_anomaly = models.BooleanField(Criterion.CONGENITAL_ANOMALY.label, default=False)
    medically_important = models.BooleanField(Criterion.MEDICALLY_IMPORTANT.label, default=False)
    admitted = models.CharField(_("admitted to hospital"), max_length=25, blank=True)
    action_taken = models.CharField(_("action taken"), max_length=20, choices=ActionTaken, blank=True)
    outcome = models.CharField(_("outcome"), max_length=40, choices=Outcome, blank=True)
    has_treatment = models.BooleanField(_("treatment given"), null=True, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assessed by")
    )
    is_medical = models.BooleanField(_("by an investigator"), default=False)
    source_serious = models.BooleanField(_("serious in the source"), null=True, blank=True)
    source_cancer = models.BooleanField(_("cancer in the source"), default=False)
    source_overdose = models.BooleanField(_("overdose in the source"), default=False)

    class Meta:
        ordering = ("event", "sequence")
        verbose_name = _("assessment of an event")
        constraints = [
            models.UniqueConstraint(fields=["event", "sequence"], name="assessment_sequence_once"),
            models.CheckConstraint(condition=Q(severity="") | Q(severity__in=Severity.values), name="severity_known"),
        ]

    def __str__(self) -> str:
        return f"{self.event.code} · {self.sequence}"

    @property
    def criteria(self) -> list[Criterion]:
        return criteria_of(self)

    @property
    def is_serious(self) -> bool:
        """Serious if and only if a criterion is met (ICH E2A II.B); never typed."""
        return bool(self.criteria)

    def signed_content(self) -> list[Item]:
        """What a medical assessment covers: the event, this judgement, and causality for each product."""
        event = [item_of(self.event, name) for name in self.SIGNED_OF_EVENT]
        judged = [item_of(self, name) for name in self.SIGNED]
        rows = self.causalities.order_by("product")
        causal = [
            Item(f"causality {row.product}", row.product, row.causality, str(row.get_causality_display()))
            for row in rows
        ]
        return [*event, *judged, *causal]


class AECausality(SubjectRecord):
    """Whether one product caused an event, as one assessment judged it."""

    view_permission: ClassVar[str] = "view_adverseevent"

    assessment = models.ForeignKey(AEAssessment, models.PROTECT, related_name="causalities")
    product = models.CharField(_("product"), max_length=120)
    order_ref = models.UUIDField(_("order"), null=True, blank=True)
    causality = models.CharField(_("causality"), max_length=20, choices=Causality)

    class Meta:
        ordering = ("product",)
        verbose_name = _("causality")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "product"], name="causality_once_for_product"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.get_causality_display()}"


class SponsorAssessment(SubjectRecord):
    """The sponsor's own judgement. It stands beside the investigator's and never replaces it (Regulation (EU)
    536/2014, Annex III 2.1); whether an event was expected is the sponsor's question alone (ICH E6(R3) 3.13.2(c))."""

    view_permission: ClassVar[str] = "view_adverseevent"
    SITE_TEXT: ClassVar[frozenset[str]] = frozenset()

    event = models.ForeignKey(AdverseEvent, models.PROTECT, related_name="sponsor_assessments")
    causality = models.CharField(_("causality"), max_length=20, choices=Causality)
    is_expected = models.BooleanField(_("expected by the reference safety information"))
    rationale = models.TextField(_("rationale"), blank=True)
    received_on = models.DateField(_("day 0"))
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("assessed by")
    )

    class Meta:
        ordering = ("created_at", "id")
        verbose_name = _("sponsor's assessment")

    def __str__(self) -> str:
        return f"{self.event} · {self.get_causality_display()}"

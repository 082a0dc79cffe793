"""An adverse event: what happened to one subject, and how it stands now."""

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from safety.domain.assessments import ActionTaken, Causality, Outcome, Severity
from safety.domain.clocks import sponsor_due
from safety.domain.events import CONFIRMED, DISMISSED, UNFINISHED, EventStatus, LearnedFrom
from subjects.models import Subject
from subjects.models.base import SubjectRecord
from trialcrm.access.querysets import ScopedQuerySet
from trialcrm.core.partial_dates import PartialDate, parse_partial_date


class AdverseEventQuerySet(ScopedQuerySet):
    def counted(self) -> "AdverseEventQuerySet":
        """Neither dismissed nor a draft."""
        return self.filter(status__in=CONFIRMED)

    def unfinished(self) -> "AdverseEventQuerySet":
        return self.filter(status__in=UNFINISHED)


class AdverseEvent(SubjectRecord):
    """One event (SDTM AE): its header. What was judged is in its assessments; the worst and the last stand here."""

    own_permission: ClassVar[str] = "own_symptoms"
    #: Checked for names before it is kept, so that coded readers may read all of it.
    SITE_TEXT: ClassVar[frozenset[str]] = frozenset()
    SIGNED: ClassVar[tuple[str, ...]] = (
        "event_term",
        "onset",
        "end",
        "is_serious",
        "max_severity",
        "causality",
        "action_taken",
        "outcome",
    )

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="adverse_events", verbose_name=_("participant"))
    number = models.PositiveSmallIntegerField(_("number"))
    event_term = models.CharField(_("event"), max_length=200)
    narrative = models.TextField(_("what happened"), blank=True)
    onset = models.CharField(_("began"), max_length=25, blank=True)
    onset_from = models.DateField(null=True, blank=True)
    onset_until = models.DateField(null=True, blank=True)
    end = models.CharField(_("ended"), max_length=25, blank=True)
    end_from = models.DateField(null=True, blank=True)
    end_until = models.DateField(null=True, blank=True)
    end_unknown_reason = models.TextField(_("why the end is unknown"), blank=True)
    status = models.CharField(_("status"), max_length=16, choices=EventStatus, default=EventStatus.DRAFT)
    status_reason = models.TextField(_("reason"), blank=True)
    kept_event = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates", verbose_name=_("event that is kept")
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reported by")
    )
    learned_from = models.CharField(_("how learned"), max_length=12, choices=LearnedFrom, default=LearnedFrom.OTHER)
    aware_at = models.DateTimeField(_("site aware since"))
    serious_since = models.DateTimeField(_("site aware that it is serious since"), null=True, blank=True)
    is_serious = models.BooleanField(_("serious"), default=False)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, blank=True)
    max_severity = models.CharField(_("highest severity"), max_length=10, choices=Severity, blank=True)
    causality = models.CharField(_("causality"), max_length=20, choices=Causality, blank=True)
    action_taken = models.CharField(_("action taken"), max_length=20, choices=ActionTaken, blank=True)
    outcome = models.CharField(_("outcome"), max_length=40, choices=Outcome, blank=True)
    is_cause_of_death = models.BooleanField(_("primary cause of death"), default=False)
    review_asked_at = models.DateTimeField(_("review asked"), null=True, blank=True)
    follow_up_due_on = models.DateField(_("next follow-up"), null=True, blank=True)
    needs_signature = models.BooleanField(_("changed since signing"), default=False)

    objects = AdverseEventQuerySet.as_manager()

    class Meta:
        ordering = ("-aware_at", "-id")
        verbose_name = _("adverse event")
        indexes = [
            models.Index(fields=["site", "-aware_at", "-id"], name="event_list"),
            models.Index(fields=["subject", "number"], name="event_of_subject"),
            models.Index(fields=["site", "status"], condition=Q(status__in=UNFINISHED), name="event_unfinished"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subject", "number"], name="event_number_once"),
            models.UniqueConstraint(
                fields=["subject"], condition=Q(is_cause_of_death=True), name="one_primary_cause_of_death"
            ),
            models.CheckConstraint(condition=Q(status__in=EventStatus.values), name="event_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=DISMISSED) | ~Q(status_reason=""), name="dismissed_event_says_why"
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted([EventStatus.DRAFT, *DISMISSED]))
                | Q(is_serious=False)
                | Q(serious_since__isnull=False),
                name="serious_event_has_its_clock",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.code} · {self.event_term}"

    def get_absolute_url(self) -> str:
        return reverse("safety:event", args=[self.pk])

    def derive(self) -> None:
        super().derive()
        self.onset_from, self.onset_until = _bounds(self.began)
        self.end_from, self.end_until = _bounds(self.ended)

    @property
    def code(self) -> str:
        """The number as people at a site say it: E03."""
        return f"E{self.number:02}"

    @property
    def began(self) -> PartialDate | None:
        return parse_partial_date(self.onset) if self.onset else None

    @property
    def ended(self) -> PartialDate | None:
        return parse_partial_date(self.end) if self.end else None

    @property
    def sponsor_due(self) -> datetime | None:
        """Until when the sponsor is told; nothing for what is not serious."""
        return sponsor_due(self.serious_since) if self.is_serious and self.serious_since else None


def _bounds(day: PartialDate | None) -> tuple[date | None, date | None]:
    return (day.lower, day.upper) if day else (None, None)

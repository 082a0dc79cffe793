"""Orders for medication, the times at which they were on hold, and what was told to the participant about them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from medications.domain.adherence import Period
from medications.domain.codes import DoseForm, Frequency, Route
from medications.domain.orders import RUNNING, About, HoldReason, OrderStatus
from subjects.models import Subject
from subjects.models.base import SubjectRecord

from .stock import Product

OWN = "own_medication"
VIEW_ORDER = "view_medicationorder"


@dataclass(frozen=True, slots=True)
class Prescription:
    """What is to be taken, how much, how often, by which way, from when until when, in plain words."""

    product: Product
    dose_amount: Decimal
    dose_unit: str
    units_per_dose: Decimal
    dose_form: str
    route: str
    frequency: str
    starts_on: date
    ends_on: date | None = None
    instructions: str = ""


class MedicationOrder(SubjectRecord):
    """What one participant is to take. Once signed it is never rewritten: another version supersedes it."""

    own_permission: ClassVar[str] = OWN
    SIGNED: ClassVar[tuple[str, ...]] = (
        "subject",
        "product",
        "dose_amount",
        "dose_unit",
        "units_per_dose",
        "dose_form",
        "route",
        "frequency",
        "starts_on",
        "ends_on",
        "instructions",
    )

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="orders", verbose_name=_("participant"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("medicine"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    status = models.CharField(_("status"), max_length=12, choices=OrderStatus, default=OrderStatus.DRAFT)
    dose_amount = models.DecimalField(_("dose"), max_digits=9, decimal_places=3)
    dose_unit = models.CharField(_("unit of the dose"), max_length=12)
    units_per_dose = models.DecimalField(_("units per dose"), max_digits=6, decimal_places=2, default=Decimal(1))
    dose_form = models.CharField(_("form"), max_length=20, choices=DoseForm)
    route = models.CharField(_("route"), max_length=20, choices=Route)
    frequency = models.CharField(_("how often"), max_length=16, choices=Frequency)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    instructions = models.TextField(_("instructions in plain words"), blank=True)
    prescribed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("prescriber")
    )
    prescribed_at = models.DateTimeField(_("prescribed"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    end_reason = models.TextField(_("why it ended"), blank=True)
    # Adverse events lie in an app above; the link is an id.
    event_id = models.UUIDField(_("adverse event"), null=True, blank=True)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="versions_after", verbose_name=_("supersedes")
    )

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("order")
        indexes = [
            models.Index(fields=["subject", "-created_at", "-id"], name="latest_order_of_subject"),
            models.Index(fields=["site", "-created_at", "-id"], name="order_list"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="order_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=[OrderStatus.DRAFT, OrderStatus.CANCELLED]) | Q(prescribed_at__isnull=False),
                name="order_in_force_was_signed",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="order_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(dose_amount__gt=0, units_per_dose__gt=0), name="order_has_a_dose"),
            models.UniqueConstraint(
                fields=["subject", "product"], condition=Q(status__in=RUNNING), name="one_running_order_per_product"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.product}"

    def get_absolute_url(self) -> str:
        return reverse("medications:order", args=[self.pk])

    @property
    def drug(self) -> str:
        """The medicine as its label names it."""
        return str(self.product)

    @property
    def dosage(self) -> str:
        """The dose with its unit, and how many units make it."""
        return f"{self.dose_amount.normalize():f} {self.dose_unit} · {self.units_per_dose.normalize():f} × {self.unit}"

    @property
    def unit(self) -> str:
        return self.product.unit

    @property
    def held(self) -> list[Period]:
        """The times on hold; reads the prefetched holds where there are some."""
        return [Period(item.held_on, item.resumed_on) for item in self.holds.all()]


class OrderHold(SubjectRecord):
    """A time during which doses were withheld on instruction, with its reason."""

    own_permission: ClassVar[str] = OWN
    view_permission: ClassVar[str] = VIEW_ORDER

    order = models.ForeignKey(MedicationOrder, models.PROTECT, related_name="holds")
    held_on = models.DateField(_("held from"))
    resumed_on = models.DateField(_("resumed on"), null=True, blank=True)
    hold_reason = models.CharField(_("why"), max_length=16, choices=HoldReason)
    reason = models.TextField(_("in words"), blank=True)
    event_id = models.UUIDField(_("adverse event"), null=True, blank=True)

    class Meta:
        ordering = ("held_on", "id")
        verbose_name = _("hold")
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(resumed_on=None), name="one_open_hold_per_order"),
            models.CheckConstraint(
                condition=Q(resumed_on=None) | Q(resumed_on__gte=F("held_on")), name="hold_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.get_hold_reason_display()}"


class Feedback(SubjectRecord):
    """What staff tell a participant about an order, or about how it is taken. Written once."""

    own_permission: ClassVar[str] = OWN
    view_permission: ClassVar[str] = VIEW_ORDER

    order = models.ForeignKey(MedicationOrder, models.PROTECT, related_name="feedback")
    about = models.CharField(_("about"), max_length=10, choices=About)
    text = models.TextField(_("message"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("from"))

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        indexes = [models.Index(fields=["subject", "-created_at"], name="feedback_of_subject")]

    def __str__(self) -> str:
        return f"{self.subject} · {self.get_about_display()}"

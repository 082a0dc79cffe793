"""Products, lots, shipments and kits, and the ledger of where every kit went."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from medications.domain.codes import DoseForm, Route
from medications.domain.stock import Condition, KitState, ShipmentStatus
from subjects.models import Arm, Subject, TreatmentAssignment
from subjects.models.base import SiteRecord, StudyRecord
from trialcrm.core.decisions import Refused, refused

VIEW_STOCK = "view_kit"


class Product(StudyRecord):
    """What the label says. In a blinded study that is the same for every arm."""

    name = models.CharField(_("name on the label"), max_length=120)
    dose_form = models.CharField(_("form"), max_length=20, choices=DoseForm)
    strength = models.CharField(_("strength"), max_length=60, blank=True)
    route = models.CharField(_("route"), max_length=20, choices=Route)
    unit = models.CharField(_("unit that is counted"), max_length=20, help_text=_("For example “tablet” or “patch”."))
    storage_from = models.DecimalField(_("stored from (°C)"), max_digits=4, decimal_places=1, null=True, blank=True)
    storage_to = models.DecimalField(_("stored up to (°C)"), max_digits=4, decimal_places=1, null=True, blank=True)

    view_permission: ClassVar[str] = VIEW_STOCK

    class Meta:
        ordering = ("name",)
        verbose_name = _("product")
        constraints = [
            models.UniqueConstraint(fields=["study", "name"], name="product_once_in_study"),
            models.CheckConstraint(
                condition=Q(storage_from=None) | Q(storage_to=None) | Q(storage_from__lte=models.F("storage_to")),
                name="product_storage_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Lot(StudyRecord):
    """A batch of a product with its expiry; kits are handed out only once it is released."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="lots", verbose_name=_("product"))
    number = models.CharField(_("lot"), max_length=40)
    expires_on = models.DateField(_("expires on"))
    released_on = models.DateField(_("released on"), null=True, blank=True)
    release_reference = models.CharField(_("release certificate"), max_length=120, blank=True)

    view_permission: ClassVar[str] = VIEW_STOCK

    class Meta:
        ordering = ("expires_on", "number")
        verbose_name = _("lot")
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="lot_once_in_study")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("medications:lot", args=[self.pk])


class Shipment(SiteRecord):
    """Kits of one lot on their way to a site, and how they arrived."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="shipments", verbose_name=_("lot"))
    number = models.CharField(_("shipment"), max_length=40)
    status = models.CharField(_("status"), max_length=10, choices=ShipmentStatus, default=ShipmentStatus.SENT)
    sent_on = models.DateField(_("sent on"))
    kits_sent = models.PositiveIntegerField(_("kits sent"))
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("received by")
    )
    kits_received = models.PositiveIntegerField(_("kits counted"), null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition, blank=True)
    temperature_ok = models.BooleanField(_("temperature log in range"), null=True, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)

    view_permission: ClassVar[str] = VIEW_STOCK

    class Meta:
        ordering = ("-sent_on", "-id")
        verbose_name = _("shipment")
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="shipment_once_in_study"),
            models.CheckConstraint(condition=Q(status__in=ShipmentStatus.values), name="shipment_status_known"),
            models.CheckConstraint(
                condition=Q(status=ShipmentStatus.SENT) | Q(received_at__isnull=False, kits_received__isnull=False),
                name="received_shipment_was_counted",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("medications:shipment", args=[self.pk])

    def derive(self) -> None:
        self.study_id = self.site.study_id


class Kit(SiteRecord):
    """A numbered package. Its state is that of its last movement, and both are written together."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="kits", verbose_name=_("lot"))
    shipment = models.ForeignKey(Shipment, models.PROTECT, null=True, blank=True, related_name="kits")
    number = models.CharField(_("kit"), max_length=40)
    units = models.PositiveIntegerField(_("units"))
    state = models.CharField(_("state"), max_length=14, choices=KitState, default=KitState.SHIPPED)
    # Copied from the lot, so that the list of what expires first needs no join and one index.
    expires_on = models.DateField(_("expires on"))

    class Meta:
        ordering = ("number",)
        verbose_name = _("kit")
        indexes = [
            models.Index(fields=["site", "number", "id"], name="kit_list"),
            models.Index(fields=["site", "state", "expires_on", "number"], name="kit_first_expiry"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="kit_number_once_in_study"),
            models.CheckConstraint(condition=Q(state__in=KitState.values), name="kit_state_known"),
            models.CheckConstraint(condition=Q(units__gt=0), name="kit_has_units"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("medications:kit", args=[self.pk])

    def derive(self) -> None:
        self.study_id = self.site.study_id
        self.expires_on = self.lot.expires_on


class KitMovement(SiteRecord):
    """One line of the ledger: from one state to another, when, by whom, on which document. Never changed."""

    APPEND_ONLY: ClassVar[bool] = True

    kit = models.ForeignKey(Kit, models.PROTECT, related_name="movements")
    distribution = models.ForeignKey(
        "medications.Distribution", models.PROTECT, null=True, blank=True, related_name="movements"
    )
    from_state = models.CharField(_("from"), max_length=14, choices=KitState, blank=True)
    to_state = models.CharField(_("to"), max_length=14, choices=KitState)
    units = models.PositiveIntegerField(_("units"))
    moved_at = models.DateTimeField(_("when"))
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    document = models.CharField(_("document"), max_length=200, blank=True)

    view_permission: ClassVar[str] = VIEW_STOCK

    class Meta:
        ordering = ("moved_at", "id")
        verbose_name = _("kit movement")
        indexes = [models.Index(fields=["kit", "moved_at", "id"], name="movements_of_kit")]
        constraints = [
            models.CheckConstraint(condition=Q(to_state__in=KitState.values), name="movement_to_known"),
            models.CheckConstraint(
                condition=Q(from_state="") | Q(from_state__in=KitState.values), name="movement_from_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kit} · {self.get_to_state_display()}"

    def save(self, *args: Any, **options: Any) -> None:
        """Add the line; the database refuses any change as well.

        Raises:
            Refused: the line is in the ledger already.
        """
        if not self._state.adding:
            raise Refused(refused(_("A line of the ledger is never changed; another one corrects it.")))
        super().save(*args, **options)

    def derive(self) -> None:
        self.study_id, self.site_id = self.kit.study_id, self.kit.site_id


class KitContent(SiteRecord):
    """Which arm a kit holds. Only the unblinded open it (ICH E9 2.3.1)."""

    kit = models.OneToOneField(Kit, models.PROTECT, related_name="content")
    arm = models.ForeignKey(Arm, models.PROTECT, related_name="+")

    view_permission: ClassVar[str] = "view_kitcontent"

    class Meta:
        verbose_name = _("kit content")

    def __str__(self) -> str:
        return str(self.kit)

    def derive(self) -> None:
        self.study_id, self.site_id = self.kit.study_id, self.kit.site_id


def assigned_arm(subject: Subject) -> Any:
    """The key of the arm that a subject was assigned to, for matching kits; None where it is not known here."""
    rows = TreatmentAssignment.objects.filter(subject=subject).exclude(planned_arm=None)
    return rows.values_list("planned_arm", flat=True).first()


def fits_subject(kit: Kit, subject: Subject) -> bool:
    """Whether the kit holds the subject's treatment; True where either is not known here. Tells no treatment."""
    content = KitContent.objects.filter(kit=kit).values_list("arm", flat=True).first()
    assigned = assigned_arm(subject)
    return content is None or assigned is None or content == assigned

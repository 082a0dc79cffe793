"""Acts on the stock: what the sponsor supplies, and what a pharmacist does with it."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from medications import policies, selectors, services
from medications.domain.permissions import Perm
from medications.forms import stock as forms
from subjects.selectors import study_for
from trialcrm.api.domain.tokens import Verb

from .acting import Act, Call, offer

MOST_KITS = 2000
KitNumber = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\s,;]+$")]


def _known_by(call: Call) -> dict[str, Any]:
    return {"user": call.user}


def _nothing(user: Any, pk: UUID) -> None:
    """What is made here belongs to nothing that stands in an address; its form says what it is made of."""


def _joined(name: str) -> Any:
    """Numbers as they would be typed on the page, with spaces between them."""

    def flat(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, name: " ".join(values[name])} if name in values else values

    return flat


def _arrival(values: dict[str, Any]) -> dict[str, Any]:
    return {**_joined("missing")(values), "temperature_ok": "yes" if values["temperature_ok"] else "no"}


SUPPLY: dict[str, Any] = {"permission": Perm.SHIP_STOCK, "verb": Verb.CREATE, "name": "create"}
A_KIT: dict[str, Any] = {
    "on": "kits",
    "permission": Perm.CHANGE_STOCK,
    "load": selectors.kit_for,
    "about": "kit",
}

offer(
    Act(
        on="products",
        doc="Register what the label says, the same for every arm of a blinded study.",
        load=study_for,
        parent="study_id",
        about="study",
        form=forms.ProductForm,
        service=services.register_product,
        rule=policies.supply_study,
        **SUPPLY,
    ),
    Act(
        on="lots",
        doc="Register a batch of a product. It is handed out once it is released.",
        load=_nothing,
        about="",
        form=forms.LotForm,
        service=services.register_lot,
        bound=_known_by,
        names={"product": "product_id"},
        **SUPPLY,
    ),
    Act(
        on="lots",
        name="release",
        doc="Release a lot for use, on the certificate that is named.",
        permission=Perm.SHIP_STOCK,
        load=selectors.lot_for,
        about="lot",
        form=forms.LotReleaseForm,
        service=services.release_lot,
        rule=policies.release_lot,
    ),
    Act(
        on="shipments",
        doc="Send kits of one lot to a site, each with the same number of units.",
        load=_nothing,
        about="",
        form=forms.ShipmentForm,
        service=services.send_shipment,
        bound=_known_by,
        names={"lot": "lot_id", "site": "site_id"},
        extra={"kits": (Annotated[list[KitNumber], Field(min_length=1, max_length=MOST_KITS)], ...)},
        flat=_joined("kits"),
        **SUPPLY,
    ),
    Act(
        on="shipments",
        name="receive",
        doc="A shipment arrived. After damage or an excursion of temperature all its kits are quarantined.",
        permission=Perm.CHANGE_STOCK,
        load=selectors.shipment_for,
        about="shipment",
        form=forms.ArrivalForm,
        service=services.receive_shipment,
        rule=policies.receive_shipment,
        bound=lambda call: {"shipment": call.record},
        extra={
            "temperature_ok": (bool, ...),
            "missing": (Annotated[list[KitNumber], Field(max_length=MOST_KITS)], Field(default_factory=list)),
        },
        flat=_arrival,
    ),
    Act(name="quarantine", doc="Keep a kit from being handed out until somebody decides.", form=forms.WhyForm,
        service=services.quarantine_kit, rule=policies.quarantine_kit, **A_KIT),
    Act(name="release", doc="Put a quarantined kit back into stock, on the sponsor's decision.",
        form=forms.KitReleaseForm, service=services.release_kit, rule=policies.release_kit, **A_KIT),
    Act(name="damage", doc="Take a damaged kit out of stock.", form=forms.WhyForm,
        service=services.damage_kit, rule=policies.damage_kit, **A_KIT),
    Act(name="expire", doc="Take a kit out of stock whose last day of use is over.", form=forms.ExpiryForm,
        service=services.expire_kit, rule=policies.expire_kit, **A_KIT),
    Act(name="dispose", doc="Destroy a kit or send it back, on the sponsor's authorisation and before a witness.",
        form=forms.DisposalForm, service=services.dispose_kit, rule=policies.dispose_kit, **A_KIT),
)  # fmt: skip

"""Products, lots, shipments, and kits on the shelves of the sites; never what a kit holds."""

from datetime import date
from uuid import UUID

from medications import selectors
from medications.domain.permissions import Perm
from medications.domain.stock import KitState, ShipmentStatus
from medications.models import Kit, Lot, Product, Shipment
from trialcrm.api.selectors.publishing import (
    AT_SITE,
    NEWEST_FIRST,
    Link,
    Many,
    Published,
    between,
    choices_of,
    columns,
    computed,
    exact,
    in_sight,
    places,
    publish,
)
from trialcrm.core.paging import Order

OF_A_STUDY = (Link("study", "studies"),)

PRODUCTS = publish(
    Published(
        name="products",
        title="Product",
        doc="What the label of a study's medication says, the same for every arm of a blinded study.",
        permission=Perm.VIEW_STOCK,
        rows=lambda user: in_sight(Product, user),
        fields=(
            *columns(Product, "id", "study_id", "name", "strength", "dose_form", "route", "unit"),
            *columns(Product, "storage_from", "storage_to", "created_at", "updated_at"),
        ),
        links=OF_A_STUDY,
        many=(Many("lots", "lots", "product_id"),),
        filters=(*places("study"), exact("name", str)),
        orders={"name": Order(("name", "id")), **NEWEST_FIRST},
    )
)

LOTS = publish(
    Published(
        name="lots",
        title="Lot",
        doc="A batch of a product with its expiry. Its kits are handed out once it is released.",
        permission=Perm.VIEW_STOCK,
        rows=lambda user: in_sight(Lot, user),
        fields=(
            *columns(Lot, "id", "study_id", "product_id", "number", "expires_on", "released_on"),
            *columns(Lot, "release_reference", "created_at", "updated_at"),
        ),
        links=(*OF_A_STUDY, Link("product", "products")),
        many=(Many("kits", "kits", "lot_id"), Many("shipments", "shipments", "lot_id")),
        filters=(
            *places("study"),
            exact("product", UUID, "product_id", "Key of the product"),
            exact("number", str),
            *between("expires", "expires_on", date),
        ),
        orders={"expires_on": Order(("expires_on", "number", "id")), **NEWEST_FIRST},
    )
)

SHIPMENTS = publish(
    Published(
        name="shipments",
        title="Shipment",
        doc="Kits of one lot on their way to a site, and how they arrived.",
        permission=Perm.VIEW_STOCK,
        rows=lambda user: in_sight(Shipment, user),
        fields=(
            *columns(Shipment, "id", "study_id", "site_id", "lot_id", "number", "status", "sent_on", "kits_sent"),
            *columns(Shipment, "received_at", "received_by_id", "kits_received", "condition", "temperature_ok"),
            *columns(Shipment, "remarks", "created_at", "updated_at"),
        ),
        links=(*AT_SITE, Link("lot", "lots"), Link("received_by", "users")),
        many=(Many("kits", "kits", "shipment_id"),),
        filters=(
            *places("study", "site"),
            exact("lot", UUID, "lot_id", "Key of the lot"),
            exact("status", choices_of(ShipmentStatus)),
            *between("sent", "sent_on"),
        ),
        orders={"-sent_on": Order(("-sent_on", "-id")), "sent_on": Order(("sent_on", "id"))},
    )
)

KITS = publish(
    Published(
        name="kits",
        title="Kit",
        doc="A numbered package at one site. What it holds is not told here.",
        permission=Perm.VIEW_STOCK,
        rows=lambda user: in_sight(Kit, user).select_related("lot__product"),
        fields=(
            *columns(Kit, "id", "study_id", "site_id", "lot_id", "shipment_id", "number", "units", "state"),
            *columns(Kit, "expires_on"),
            computed("lot_number", str, lambda kit: kit.lot.number, "The lot on the label"),
            computed("product_id", UUID, lambda kit: kit.lot.product_id, "Key of the product"),
            computed("product_name", str, lambda kit: kit.lot.product.name, "The name on the label"),
            *columns(Kit, "created_at", "updated_at"),
        ),
        links=(*AT_SITE, Link("lot", "lots"), Link("shipment", "shipments")),
        many=(Many("distributions", "distributions", "kit_id"),),
        filters=(
            *places("study", "site"),
            exact("lot", UUID, "lot_id", "Key of the lot"),
            exact("shipment", UUID, "shipment_id", "Key of the shipment"),
            exact("product", UUID, "lot__product_id", "Key of the product"),
            exact("number", str),
            exact("state", choices_of(KitState)),
            *between("expires", "expires_on", date),
        ),
        orders={
            "expires_on": selectors.KIT_ORDERS["expiry"],
            "-expires_on": selectors.KIT_ORDERS["-expiry"],
            "number": selectors.KIT_ORDERS["number"],
            "-number": selectors.KIT_ORDERS["-number"],
        },
    )
)

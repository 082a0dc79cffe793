"""The addresses of this app."""

from django.urls import path

from medications.views import adherence, distributions, kits, lots, orders, portal, shipments, stock, tab

app_name = "medications"

urlpatterns = [
    path("orders/", orders.orders, name="orders"),
    path("orders/<uuid:pk>/", orders.order, name="order"),
    path("orders/<uuid:pk>/change/", orders.change, name="order-change"),
    path("orders/<uuid:pk>/sign/", orders.sign, name="order-sign"),
    path("orders/<uuid:pk>/revise/", orders.revise, name="order-revise"),
    path("orders/<uuid:pk>/hold/", orders.hold, name="order-hold"),
    path("orders/<uuid:pk>/resume/", orders.resume, name="order-resume"),
    path("orders/<uuid:pk>/discontinue/", orders.discontinue, name="order-discontinue"),
    path("orders/<uuid:pk>/complete/", orders.complete, name="order-complete"),
    path("orders/<uuid:pk>/cancel/", orders.cancel, name="order-cancel"),
    path("orders/<uuid:pk>/feedback/", orders.feedback, name="order-feedback"),
    path("orders/<uuid:pk>/prepare/", distributions.prepare, name="order-prepare"),
    path("orders/<uuid:pk>/doses/", adherence.doses, name="order-doses"),
    path("orders/<uuid:pk>/doses/log/", adherence.log, name="order-log"),
    path("subjects/<uuid:pk>/orders/draft/", orders.draft, name="order-draft"),
    path("subjects/<uuid:pk>/medication/", tab.subject_medication, name="subject-medication"),
    path("distributions/", distributions.distributions, name="distributions"),
    path("distributions/<uuid:pk>/", distributions.distribution, name="distribution"),
    path("distributions/<uuid:pk>/dispense/", distributions.dispense, name="distribution-dispense"),
    path("distributions/<uuid:pk>/put-back/", distributions.put_back, name="distribution-put-back"),
    path("distributions/<uuid:pk>/witness/", distributions.witness, name="distribution-witness"),
    path("distributions/<uuid:pk>/return/", distributions.take_back, name="distribution-return"),
    path("distributions/<uuid:pk>/lost/", distributions.lose, name="distribution-lost"),
    path("distributions/<uuid:pk>/reconcile/", distributions.reconcile, name="distribution-reconcile"),
    path("distributions/<uuid:pk>/verify/", distributions.verify, name="distribution-verify"),
    path("stock/", stock.stock, name="stock"),
    path("kits/", kits.kits, name="kits"),
    path("kits/<uuid:pk>/", kits.kit, name="kit"),
    path("kits/<uuid:pk>/quarantine/", kits.quarantine, name="kit-quarantine"),
    path("kits/<uuid:pk>/release/", kits.release, name="kit-release"),
    path("kits/<uuid:pk>/damage/", kits.damage, name="kit-damage"),
    path("kits/<uuid:pk>/expire/", kits.expire, name="kit-expire"),
    path("kits/<uuid:pk>/dispose/", kits.dispose, name="kit-dispose"),
    path("studies/<uuid:pk>/products/add/", lots.product, name="product-add"),
    path("lots/add/", lots.add, name="lot-add"),
    path("lots/<uuid:pk>/", lots.lot, name="lot"),
    path("lots/<uuid:pk>/release/", lots.release, name="lot-release"),
    path("shipments/send/", shipments.send, name="shipment-send"),
    path("shipments/<uuid:pk>/", shipments.shipment, name="shipment"),
    path("shipments/<uuid:pk>/receive/", shipments.receive, name="shipment-receive"),
    path("my/medication/", portal.medication, name="my-medication"),
    path("my/orders/<uuid:pk>/dose/", portal.dose, name="my-dose"),
    path("my/distributions/<uuid:pk>/receipt/", portal.receipt, name="my-receipt"),
]

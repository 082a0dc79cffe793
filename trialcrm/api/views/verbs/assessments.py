"""Acts that judge an adverse event: by the site, by an investigator with causality, corrected, signed."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from safety import policies, selectors, services
from safety.domain.assessments import JUDGEMENTS
from safety.forms.assessments import CorrectionForm, MedicalForm, SeenForm, SignForm
from trialcrm.api.domain.problems import Fault, Problem
from trialcrm.api.selectors.publishing import choices_of
from trialcrm.core import clock
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused
from trialcrm.users.domain.signatures import Meaning

from .acting import Act, Call, offer
from .safety import DATES, MEDICAL, RECORDED, PartialDay, as_typed, judged_fields, of_draft

MOST_PRODUCTS = 20


def _known(call: Call) -> dict[str, Any]:
    """What every form of a judgement begins with."""
    event = call.record
    zone = event.site.time_zone
    return {**of_draft(call), "latest": selectors.latest_assessment(call.user, event), "today": clock.today(zone)}


class ProductJudgement(BaseModel):
    """Whether there is a reasonable possibility that one product caused it."""

    product: str = Field(max_length=120)
    causality: choices_of(JUDGEMENTS)  # type: ignore[valid-type]


class ByProduct:
    """Finds causality by the name of the product, where it was sent so, and else by its place as on the page."""

    data: Any

    def add_prefix(self, field_name: str) -> str:
        key = _causality_of(self.product_at(field_name))
        return key if key in self.data else super().add_prefix(field_name)

    def product_at(self, field_name: str) -> str:
        """The product whose causality a field takes; empty where it takes something else."""
        word, _sign, number = field_name.partition("_")
        products = getattr(self, "products", ())
        place = int(number) if number.isdigit() else 0 if not number else len(products)
        return str(products[place].name) if word == "causality" and place < len(products) else ""


class JudgementForm(ByProduct, MedicalForm):
    """An investigator's judgement, with causality by product."""


class CorrectedForm(ByProduct, CorrectionForm):
    """A correction, with causality by product."""


def _causality_of(product: str) -> str:
    return f"causality of {product}"


def _by_product(values: dict[str, Any]) -> dict[str, Any]:
    sent = as_typed({name: value for name, value in values.items() if name != "causality"})
    return sent | {_causality_of(one["product"]): one["causality"] for one in values.get("causality") or ()}


def _place(name: str, call: Call, form: Any) -> str:
    """Where the causality of a product was sent, or would have been."""
    product = form.product_at(name)
    sent = [one["product"] for one in call.body.get("causalities") or ()]
    if product in sent:
        return f"causalities.{sent.index(product)}.causality"
    return "causalities" if product else ""


def _products(call: Call, products: list[Any]) -> dict[str, Any]:
    """The products that are judged, among which are those that the body names.

    Raises:
        Problem: the body names another one, or one twice (422).
    """
    known = [product.name for product in products]
    named = [one["product"] for one in call.body.get("causalities") or ()]
    faults = [
        Fault(f"causalities.{place}.product", "Named before, or none of: " + ", ".join(known))
        for place, name in enumerate(named)
        if name not in known or name in named[:place]
    ]
    if faults:
        raise Problem(422, "Some fields need another value.", tuple(faults))
    return {"products": products}


def _medical(call: Call) -> dict[str, Any]:
    return {**_known(call), **_products(call, selectors.products_of(call.user, call.record))}


def _correction(call: Call) -> dict[str, Any]:
    known = _known(call)
    return {**known, **_products(call, selectors.products_to_correct(call.user, known["latest"]))}


def _may_correct(user: Any, event: Any) -> Decision:
    assessed = ALLOWED if event.assessments.exists() else refused(_("It was not assessed yet."))
    return first_refusal(policies.change_event(user, event), assessed)


def _may_sign(user: Any, event: Any) -> Decision:
    last = selectors.latest_assessment(user, event)
    judged = ALLOWED if last and last.causalities.all() else refused(_("Assess causality first."))
    return first_refusal(policies.sign_assessment(user, event), judged)


def _signing(call: Call) -> dict[str, Any]:
    """What is offered in the same step depends on the event; what is not offered cannot be asked for.

    Raises:
        Problem: the body asks for something that does not follow from this event (422).
    """
    event = call.record
    bound = {
        "request": call.request,
        "record": selectors.latest_assessment(call.user, event),
        "meaning": Meaning.CAUSALITY,
        "event": event,
        "due": selectors.follow_up_day(call.user, event),
        "has_order": bool(selectors.running_order(call.user, event.subject)),
    }
    offered = SignForm(**bound).fields
    asked = [name for name in FOLLOWING if call.body.get(name) and name not in offered]
    if asked:
        raise Problem(422, faults=tuple(Fault(name, "This does not follow from this event.") for name in asked))
    return bound


def _signed(user: Any, event: Any) -> tuple[Any, Meaning]:
    return selectors.latest_assessment(user, event), Meaning.CAUSALITY


def _of_event(result: Any, call: Call) -> UUID:
    pk: UUID = call.record.pk
    return pk


CAUSALITIES: tuple[Any, Any] = (
    Annotated[list[ProductJudgement], Field(max_length=MOST_PRODUCTS)],
    Field(default_factory=list, description="Product by product; those that are not named stay as they were judged"),
)
BY_PRODUCT: dict[str, Any] = {
    "names": {**DATES, "causality": "causalities"},
    "keeps": True,
    "flat": _by_product,
    "nested": _place,
    "made": _of_event,
}
REMARK: dict[str, Any] = {"remark": (str | None, None)}
ENDED: dict[str, Any] = {"end_date": (PartialDay | None, Field(default=None, description="Ended"))}
DIED: dict[str, Any] = {
    "died_on": (PartialDay | None, Field(default=None, description="If fatal: ends the participation as well"))
}
FOLLOWING: dict[str, Any] = {
    "follow_up_due_on": (date | None, Field(default=None, description="Next follow-up by")),
    "sends_report": (bool, Field(default=False, description="Send the report to the sponsor in the same act")),
    "acts_on_order": (bool, Field(default=False, description="Hold or discontinue the medication order as judged")),
}

offer(
    Act(name="assess", doc="How it stands on a day. What is not sent stays as it was judged last.", form=SeenForm,
        service=services.assess_event, rule=policies.assess_event, bound=_known, names=DATES, keeps=True,
        extra=judged_fields(needed=False, **ENDED, **REMARK), flat=as_typed, made=_of_event, **RECORDED),
    Act(name="assess-medically", doc="An investigator judges an event, with causality for each product. The signature "
        "completes it.", form=JudgementForm, service=services.assess_event, rule=policies.assess_medically,
        bound=_medical, extra=judged_fields(needed=False, causalities=CAUSALITIES, **ENDED, **REMARK, **DIED),
        **BY_PRODUCT, **MEDICAL),
    Act(name="correct", doc="Correct what was judged last, with a reason.", form=CorrectedForm,
        service=services.change_assessment, rule=_may_correct, bound=_correction,
        known=lambda call: {"assessment": selectors.latest_assessment(call.user, call.record)},
        extra=judged_fields(needed=False, causalities=CAUSALITIES, **REMARK),
        **BY_PRODUCT, **{**RECORDED, "about": ""}),
    Act(name="sign", doc="An investigator signs the medical assessment that stands.", form=SignForm,
        service=services.sign_assessment, rule=_may_sign, bound=_signing, optional=frozenset({"email"}),
        extra=FOLLOWING, signs=_signed, **MEDICAL),
)  # fmt: skip

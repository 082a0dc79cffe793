"""Acts on adverse events: telling, judging, signing, ending them, and what the sponsor is told."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from safety import policies, selectors, services
from safety.domain.assessments import JUDGEMENTS, ActionTaken, Criterion, Outcome, Severity, SeverityScale
from safety.domain.permissions import Perm
from safety.forms.assessments import CorrectionForm, MedicalForm, SeenForm, SignForm
from safety.forms.closing import NoFieldsForm, ResolveForm, SendForm, SponsorForm, VoidForm, WhyForm
from safety.forms.events import ChangeForm, EntryForm, ReportForm
from safety.forms.symptoms import SymptomForm
from safety.models import AEAssessment
from subjects.selectors import subject_for
from trialcrm.access.scope import scope_of
from trialcrm.api.domain.problems import Fault, Problem
from trialcrm.api.domain.tokens import Verb
from trialcrm.core import clock
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused
from trialcrm.users.domain.signatures import Meaning
from trialcrm.users.forms import SigningForm

from .acting import Act, Call, offer
from .bodies import PARTIAL_DATE

MOST_PRODUCTS = 20
PartialDay = Annotated[str, Field(pattern=PARTIAL_DATE)]
Judgement = Literal[tuple(item.value for item in JUDGEMENTS)]  # type: ignore[valid-type]
#: As they are published; the pages have shorter names.
DATES = {"onset": "onset_date", "end": "end_date"}


def _judged(needed: bool, **more: Any) -> dict[str, Any]:
    """How an event stands: what the form of the page adds to itself once it knows the study."""
    severity, outcome = Literal[tuple(Severity.values)], Literal[tuple(Outcome.values)]
    return {
        "severity": (severity, ...) if needed else (severity | None, None),
        "outcome": (outcome, ...) if needed else (outcome | None, None),
        "criteria": (
            Annotated[list[Literal[tuple(Criterion.values)]], Field(max_length=len(Criterion))],  # type: ignore[misc]
            Field(default_factory=list, description="What makes it serious; empty where it is not"),
        ),
        "serious_since": (datetime | None, Field(default=None, description="When the site learned that it is serious")),
        "admitted": (PartialDay | None, Field(default=None, description="Admitted to hospital")),
        "action_taken": (Literal[tuple(ActionTaken.values)] | None, None),
        "has_treatment": (bool | None, None),
        **more,
    }


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    """Yes and no as the page has them."""
    if "has_treatment" not in values:
        return values
    return {**values, "has_treatment": {True: "yes", False: "no", None: ""}[values["has_treatment"]]}


def _scale(user: Any, study: Any) -> SeverityScale:
    return SeverityScale(selectors.plan_of(user, study).severity_scale)


def _of_subject(call: Call) -> dict[str, Any]:
    return {"scale": _scale(call.user, call.record.study), "zone": call.record.site.time_zone}


def _of_draft(call: Call) -> dict[str, Any]:
    return {**_of_subject(call), "event": call.record}


def _with_events(user: Any, pk: UUID) -> Any:
    return subject_for(user, pk, Perm.VIEW_EVENT)


def _oneself(user: Any, pk: UUID) -> Any:
    return subject_for(user, pk, Perm.OWN_SYMPTOMS)


def _unseen(result: Any, call: Call) -> None:
    """Who only reports does not read events."""


AN_EVENT: dict[str, Any] = {"on": "adverse-events", "load": selectors.event_for, "about": "event"}
RECORDED: dict[str, Any] = {**AN_EVENT, "permission": Perm.RECORD_EVENT}
NEW: dict[str, Any] = {"on": "adverse-events", "parent": "subject_id", "about": "subject", "verb": Verb.CREATE}

offer(
    Act(
        name="create",
        doc="Record an adverse event. It is serious if and only if a criterion is met; then 24 hours to the sponsor "
        "run. Dates as far as they are known, like 2026-03; times without an offset are local times of the site.",
        permission=Perm.RECORD_EVENT,
        load=_with_events,
        form=EntryForm,
        service=services.record_event,
        rule=policies.record_event,
        bound=_of_subject,
        names=DATES,
        extra=_judged(needed=True),
        flat=_typed,
        **NEW,
    ),
    Act(
        name="report",
        doc="Tell the site of an event without judging it: a draft, which those who only report do not read again.",
        permission=Perm.REPORT_EVENT,
        load=subject_for,
        form=ReportForm,
        service=services.report_event,
        rule=policies.report_event,
        bound=lambda call: {"zone": call.record.site.time_zone},
        names=DATES,
        without=frozenset({"end", "learned_from"}),
        made=_unseen,
        **NEW,
    ),
    Act(
        name="report-symptom",
        doc="A participant tells how they feel, in their own words.",
        permission=Perm.OWN_SYMPTOMS,
        load=_oneself,
        form=SymptomForm,
        service=services.report_symptom,
        rule=policies.report_symptom,
        bound=lambda call: {"today": clock.today(call.record.site.time_zone)},
        names=DATES,
        **NEW,
    ),
    Act(name="change", doc="Correct what is known of an event, with a reason.", form=ChangeForm,
        service=services.change_event, rule=policies.change_event, names=DATES, verb=Verb.CHANGE,
        bound=lambda call: {"event": call.record, "zone": call.record.site.time_zone}, **RECORDED),
    Act(name="confirm", doc="Take up a draft as an event of the study, and judge it.", form=EntryForm,
        service=services.confirm_event, rule=policies.confirm_event, bound=_of_draft, names=DATES, keeps=True,
        extra=_judged(needed=True), flat=_typed, **RECORDED),
)  # fmt: skip


def _latest(user: Any, event: Any) -> AEAssessment | None:
    rows = AEAssessment.objects.visible_to(user).filter(event=event)
    found = rows.select_related("event", "subject", "site").prefetch_related("causalities")
    return found.order_by("-sequence").first()


def _known(call: Call) -> dict[str, Any]:
    """What every form of a judgement begins with."""
    event = call.record
    zone = event.site.time_zone
    return {**_of_draft(call), "latest": _latest(call.user, event), "today": clock.today(zone)}


class ProductJudgement(BaseModel):
    """Whether there is a reasonable possibility that one product caused it."""

    product: str = Field(max_length=120)
    causality: Judgement


class ByProduct:
    """Finds causality by the name of the product, where it was sent so, and else by its place as on the page."""

    def add_prefix(self, field_name: str) -> str:
        key = self._key(field_name)
        return key if key and key in self.data else super().add_prefix(field_name)  # type: ignore[misc, attr-defined]

    def _key(self, field_name: str) -> str:
        word, _sign, number = field_name.partition("_")
        products = getattr(self, "products", ())
        place = int(number) if number.isdigit() else 0 if not number else len(products)
        return _causality_of(products[place].name) if word == "causality" and place < len(products) else ""


class JudgementForm(ByProduct, MedicalForm):
    """An investigator's judgement, with causality by product."""


class CorrectedForm(ByProduct, CorrectionForm):
    """A correction, with causality by product."""


def _causality_of(product: str) -> str:
    return f"causality of {product}"


def _by_product(values: dict[str, Any]) -> dict[str, Any]:
    sent = _typed({name: value for name, value in values.items() if name != "causality"})
    return sent | {_causality_of(one["product"]): one["causality"] for one in values.get("causality") or ()}


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
    judged = known["latest"] is not None and bool(known["latest"].causalities.all())
    may_judge = judged and scope_of(call.user).may(Perm.ASSESS_EVENT, call.record)
    products = selectors.products_of(call.user, call.record) if may_judge else []
    return {**known, **_products(call, products)}


def _may_correct(user: Any, event: Any) -> Decision:
    assessed = ALLOWED if event.assessments.exists() else refused(_("It was not assessed yet."))
    return first_refusal(policies.change_event(user, event), assessed)


def _may_sign(user: Any, event: Any) -> Decision:
    last = _latest(user, event)
    judged = ALLOWED if last and last.causalities.all() else refused(_("Assess causality first."))
    return first_refusal(policies.sign_assessment(user, event), judged)


def _signing(call: Call) -> dict[str, Any]:
    """What is offered in the same step depends on the event; what is not offered cannot be asked for.

    Raises:
        Problem: the body asks for something that does not follow from this event (422).
    """
    event = call.record
    today = clock.today(event.site.time_zone)
    bound = {
        "request": call.request,
        "record": _latest(call.user, event),
        "meaning": Meaning.CAUSALITY,
        "event": event,
        "due": None if event.end else event.follow_up_due_on or today,
        "has_order": bool(selectors.running_order(call.user, event.subject)),
    }
    offered = SignForm(**bound).fields
    asked = [name for name in FOLLOWING if call.body.get(name) and name not in offered]
    if asked:
        raise Problem(422, faults=tuple(Fault(name, "This does not follow from this event.") for name in asked))
    return bound


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
MEDICAL: dict[str, Any] = {**AN_EVENT, "permission": Perm.ASSESS_EVENT}

offer(
    Act(name="assess", doc="How it stands on a day. What is not sent stays as it was judged last.", form=SeenForm,
        service=services.assess_event, rule=policies.assess_event, bound=_known, names=DATES, keeps=True,
        extra=_judged(needed=False, **ENDED, **REMARK), flat=_typed, made=_of_event, **RECORDED),
    Act(name="assess-medically", doc="An investigator judges an event, with causality for each product. The signature "
        "completes it.", form=JudgementForm, service=services.assess_event, rule=policies.assess_medically,
        bound=_medical, extra=_judged(needed=False, causalities=CAUSALITIES, **ENDED, **REMARK, **DIED),
        **BY_PRODUCT, **MEDICAL),
    Act(name="correct", doc="Correct what was judged last, with a reason.", form=CorrectedForm,
        service=services.change_assessment, rule=_may_correct, bound=_correction,
        known=lambda call: {"assessment": _latest(call.user, call.record)},
        extra=_judged(needed=False, causalities=CAUSALITIES, **REMARK),
        **BY_PRODUCT, **{**RECORDED, "about": ""}),
    Act(name="sign", doc="An investigator signs the medical assessment that stands.", form=SignForm,
        service=services.sign_assessment, rule=_may_sign, bound=_signing, optional=frozenset({"email"}),
        extra=FOLLOWING, signs=lambda event: (_judgement_of(event), Meaning.CAUSALITY), **MEDICAL),
)  # fmt: skip


def _judgement_of(event: Any) -> AEAssessment:
    """The last judgement of an event that is in the caller's sight."""
    found: AEAssessment = event.assessments.select_related("event", "subject", "site").order_by("-sequence")[0]
    return found


def _closing(call: Call) -> dict[str, Any]:
    return {"request": call.request, "record": call.record, "meaning": Meaning.REVIEWED}


def _expected(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "is_expected": "yes" if values["is_expected"] else "no"}


def _is_first(call: Call) -> dict[str, Any]:
    return {"is_first": not call.record.reports.exists()}


A_REPORT: dict[str, Any] = {
    "on": "safety-reports",
    "permission": Perm.RECEIVE_REPORT,
    "load": selectors.report_for,
    "about": "report",
    "form": NoFieldsForm,
}
OF_AN_EVENT: dict[str, Any] = {
    "name": "create",
    "load": selectors.event_for,
    "parent": "event_id",
    "about": "event",
    "verb": Verb.CREATE,
}

offer(
    Act(name="ask-review", doc="Ask an investigator to judge it.", form=NoFieldsForm,
        service=services.ask_review, rule=policies.ask_review, **RECORDED),
    Act(name="return", doc="Back to the site's staff with a question.", form=WhyForm,
        service=services.return_event, rule=policies.return_event, **MEDICAL),
    Act(name="dismiss", doc="A draft is no adverse event.", form=WhyForm,
        service=services.dismiss_draft, rule=policies.dismiss_draft, **MEDICAL),
    Act(name="resolve", doc="It is over, or nothing more is expected at last contact. What is not sent stays.",
        form=ResolveForm, service=services.resolve_event, rule=policies.resolve_event, names=DATES, keeps=True,
        bound=lambda call: {"event": call.record}, **RECORDED),
    Act(name="reopen", doc="A relapse, or a correction of what is over.", form=WhyForm,
        service=services.reopen_event, rule=policies.reopen_event, **RECORDED),
    Act(name="void", doc="Entered in error, or the same as another event.", form=VoidForm,
        service=services.void_event, rule=policies.void_event, names={"kept_event": "kept_event_id"},
        bound=lambda call: {"user": call.user, "event": call.record}, **RECORDED),
    Act(name="close", doc="The principal investigator signs that no more is expected.", form=SigningForm,
        service=services.close_event, rule=policies.close_event, bound=_closing, optional=frozenset({"email"}),
        signs=lambda event: (event, Meaning.REVIEWED), permission=Perm.CLOSE_EVENT, **AN_EVENT),
    Act(on="safety-reports", doc="Send the report of a serious event to the sponsor: the first, a follow-up or the "
        "final one.", permission=Perm.SEND_REPORT, form=SendForm, service=services.send_report,
        rule=policies.send_report, bound=_is_first, **OF_AN_EVENT),
    Act(name="receive", doc="The sponsor received a report.", service=services.receive_report,
        rule=policies.receive_report, **A_REPORT),
    Act(name="acknowledge", doc="The sponsor acknowledges a report.", service=services.acknowledge_report,
        rule=policies.acknowledge_report, **A_REPORT),
    Act(on="sponsor-assessments", doc="The sponsor's own judgement of a reported event.",
        permission=Perm.RECEIVE_REPORT, form=SponsorForm, service=services.assess_as_sponsor,
        rule=policies.assess_as_sponsor, extra={"is_expected": (bool, ...)}, flat=_expected, **OF_AN_EVENT),
)  # fmt: skip

"""Acts on adverse events: telling of them, ending them, and what the sponsor is told."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from safety import policies, selectors, services
from safety.domain.assessments import ActionTaken, Criterion, Outcome, Severity, SeverityScale
from safety.domain.permissions import Perm
from safety.forms.closing import NoFieldsForm, ResolveForm, SendForm, SponsorForm, VoidForm, WhyForm
from safety.forms.events import ChangeForm, EntryForm, ReportForm
from safety.forms.symptoms import SymptomForm
from subjects.selectors import subject_for
from trialcrm.api.domain.moments import Moment
from trialcrm.api.domain.tokens import Verb
from trialcrm.core import clock
from trialcrm.users.domain.signatures import Meaning
from trialcrm.users.forms import SigningForm

from .acting import Act, Call, offer
from .bodies import PARTIAL_DATE

PartialDay = Annotated[str, Field(pattern=PARTIAL_DATE)]
#: As they are published; the pages have shorter names.
DATES = {"onset": "onset_date", "end": "end_date"}


def judged_fields(needed: bool, **more: Any) -> dict[str, Any]:
    """How an event stands: what the form of the page adds to itself once it knows the study."""
    severity, outcome = Literal[tuple(Severity.values)], Literal[tuple(Outcome.values)]
    return {
        "severity": (severity, ...) if needed else (severity | None, None),
        "outcome": (outcome, ...) if needed else (outcome | None, None),
        "criteria": (
            Annotated[list[Literal[tuple(Criterion.values)]], Field(max_length=len(Criterion))],
            Field(default_factory=list, description="What makes it serious; empty where it is not"),
        ),
        "serious_since": (Moment | None, Field(default=None, description="When the site learned that it is serious")),
        "admitted": (PartialDay | None, Field(default=None, description="Admitted to hospital")),
        "action_taken": (Literal[tuple(ActionTaken.values)] | None, None),
        "has_treatment": (bool | None, None),
        **more,
    }


def as_typed(values: dict[str, Any]) -> dict[str, Any]:
    """Yes and no as the page has them."""
    if "has_treatment" not in values:
        return values
    return {**values, "has_treatment": {True: "yes", False: "no", None: ""}[values["has_treatment"]]}


def _scale(user: Any, study: Any) -> SeverityScale:
    return SeverityScale(selectors.plan_of(user, study).severity_scale)


def _of_subject(call: Call) -> dict[str, Any]:
    return {"scale": _scale(call.user, call.record.study), "zone": call.record.site.time_zone}


def of_draft(call: Call) -> dict[str, Any]:
    return {**_of_subject(call), "event": call.record}


def _with_events(user: Any, pk: UUID) -> Any:
    return subject_for(user, pk, Perm.VIEW_EVENT)


def _oneself(user: Any, pk: UUID) -> Any:
    return subject_for(user, pk, Perm.OWN_SYMPTOMS)


AN_EVENT: dict[str, Any] = {"on": "adverse-events", "load": selectors.event_for, "about": "event"}
RECORDED: dict[str, Any] = {**AN_EVENT, "permission": Perm.RECORD_EVENT}
MEDICAL: dict[str, Any] = {**AN_EVENT, "permission": Perm.ASSESS_EVENT}
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
        extra=judged_fields(needed=True),
        flat=as_typed,
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
        made=None,
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
        service=services.confirm_event, rule=policies.confirm_event, bound=of_draft, names=DATES, keeps=True,
        extra=judged_fields(needed=True), flat=as_typed, **RECORDED),
)  # fmt: skip


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
        signs=lambda user, event: (event, Meaning.REVIEWED), permission=Perm.CLOSE_EVENT, **AN_EVENT),
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

"""Acts on deviations."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from subjects import policies, selectors, services
from subjects.domain.deviations import Importance
from subjects.domain.permissions import Perm
from subjects.forms import deviations as forms
from subjects.models import Deviation, Subject
from trialcrm.api.domain.tokens import Verb
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused
from trialcrm.users.domain.signatures import Meaning

from .acting import Act, Call, nothing_more, offer


def _with_deviations(user: Any, pk: UUID) -> Subject:
    return selectors.subject_for(user, pk, Perm.VIEW_DEVIATION)


def _facts(call: Call) -> dict[str, Any]:
    names = ("description", "category", "starts_on", "ends_on", "discovered_on")
    item = call.record
    return {"initial": {name: getattr(item, name) for name in names}, "zone": item.site.time_zone}


def _saying(*names: str, default: bool) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Yes and no as the buttons of the page say them."""

    def flat(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, **{name: "yes" if values.get(name, default) else "no" for name in names}}

    return flat


def _close_signed(user: Any, item: Deviation) -> Decision:
    major = item.importance == Importance.MAJOR
    return first_refusal(
        policies.close_deviation(user, item),
        ALLOWED if major else refused(_("A minor deviation is closed without a signature.")),
    )


def _deviation(permission: str = Perm.CHANGE_DEVIATION, bound: Any = nothing_more) -> dict[str, Any]:
    return {
        "on": "deviations",
        "permission": permission,
        "load": selectors.deviation_for,
        "about": "deviation",
        "bound": bound,
    }


JUDGED = ("immediate_hazard", "serious_breach")

offer(
    Act(
        on="deviations",
        name="create",
        doc="Record a departure from the protocol, or a suspicion that is to be looked at.",
        permission=Perm.CHANGE_DEVIATION,
        load=_with_deviations,
        parent="subject_id",
        about="subject",
        form=forms.NewDeviationForm,
        service=services.record_deviation,
        rule=policies.record_deviation,
        bound=lambda call: {"zone": call.record.site.time_zone},
        verb=Verb.CREATE,
        extra={"is_certain": (bool, True)},
        flat=_saying("is_certain", default=True),
    ),
    Act(name="open", doc="Confirm that a candidate is a departure, with its facts put right.", form=forms.DepartureForm,
        service=services.open_deviation, rule=policies.open_deviation, keeps=True, **_deviation(bound=_facts)),
    Act(name="dismiss", doc="A candidate is no departure.", form=forms.DismissalForm,
        service=services.dismiss_deviation, rule=policies.dismiss_deviation, **_deviation()),
    Act(name="assess", doc="The principal investigator's judgement.", form=forms.AssessmentForm,
        service=services.assess_deviation, rule=policies.assess_deviation,
        extra=dict.fromkeys(JUDGED, (bool, False)), flat=_saying(*JUDGED, default=False),
        **_deviation(Perm.ASSESS_DEVIATION)),
    Act(name="upgrade", doc="Make a minor deviation a major one. There is no way back.", form=forms.UpgradeForm,
        service=services.upgrade_deviation, rule=policies.upgrade_deviation, **_deviation()),
    Act(name="action", doc="Say why it happened and what is done, by whom and until when.", form=forms.ActionForm,
        service=services.plan_action, rule=policies.plan_action,
        **_deviation(bound=lambda call: {"site_id": call.record.site_id})),
    Act(name="close", doc="Close a minor deviation.", form=forms.ClosingForm,
        service=services.close_deviation, rule=policies.close_deviation, **_deviation()),
    Act(name="close-signed", doc="The principal investigator closes a major deviation with a signature.",
        form=forms.SignedClosingForm, service=services.close_deviation, rule=_close_signed,
        optional=frozenset({"email"}), signs=lambda user, item: (item, Meaning.REVIEWED),
        **_deviation(bound=lambda c: {"request": c.request, "record": c.record, "meaning": Meaning.REVIEWED})),
)  # fmt: skip

"""Acts on studies and their sites, by the study manager."""

from typing import Any
from uuid import UUID

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.forms.studies import SiteForm, StudyForm, StudyMoveForm
from subjects.models import Site
from trialcrm.api.domain.tokens import Verb

from .acting import Act, Call, offer


def _study(call: Call) -> dict[str, Any]:
    return {"study": call.record}


def _site_for(user: Any, pk: UUID) -> Site:
    return selectors.site_for(user, str(pk))


A_STUDY: dict[str, Any] = {
    "on": "studies",
    "permission": Perm.CHANGE_STUDY,
    "load": selectors.study_for,
    "about": "study",
    "rule": policies.change_study,
    "bound": _study,
}

offer(
    Act(
        name="change",
        doc="Correct the titles of a study, with a reason. The number of its protocol never changes.",
        form=StudyForm,
        service=services.change_study,
        verb=Verb.CHANGE,
        **A_STUDY,
    ),
    Act(
        name="move",
        doc="Move a study along its lifecycle, with a reason: open, suspend, close, end, lock or archive it.",
        form=StudyMoveForm,
        service=services.move_study,
        **A_STUDY,
    ),
    Act(
        on="sites",
        name="change",
        doc=(
            "Name another investigator of a site, among those who hold that role there, or its time zone while "
            "nothing was recorded by it; with a reason."
        ),
        permission=Perm.CHANGE_STUDY,
        load=_site_for,
        about="site",
        form=SiteForm,
        service=services.change_site,
        rule=policies.change_site,
        bound=lambda call: {"user": call.user, "site": call.record},
        verb=Verb.CHANGE,
    ),
)

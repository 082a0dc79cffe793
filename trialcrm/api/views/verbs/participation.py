"""A participant's way through the study: one act for each move."""

from subjects import selectors
from subjects.domain.participation import MOVES
from subjects.domain.permissions import Perm
from subjects.views.participation import ACTS
from trialcrm.access.asking import rule
from trialcrm.core import clock

from .acting import Act, Call, offer

DOCS = {
    "enrol": "Enrol an eligible participant of an open study, in which nobody is randomised.",
    "randomise": "Record the randomisation number of an eligible participant.",
    "start-treatment": "Record the first dose. The dated schedule of visits follows from it.",
    "stop-treatment": "Stop the treatment and go on following the participant.",
    "follow-up": "Begin follow-up: treatment is over, or somebody lost was found again.",
    "complete": "The participant finished as the protocol plans it.",
    "withdraw": "Participation ends early. The participant needs no reason.",
    "lost": "The participant could not be reached.",
    "died": "Record a death. The date may be known only in part.",
}
#: What depends on where the participant stands; the form says when it is missing.
OPTIONAL = {"follow-up": frozenset({"last_dose_on", "reason"})}


def _today(call: Call) -> dict[str, object]:
    return {"subject": call.record, "today": clock.today(call.record.site.time_zone)}


offer(
    *(
        Act(
            on="subjects",
            name=move.slug,
            doc=DOCS[move.slug],
            permission=Perm.CHANGE_PARTICIPATION,
            load=selectors.subject_for,
            about="subject",
            form=ACTS[move.slug].form,
            service=ACTS[move.slug].service,
            rule=rule(move.rule),
            bound=_today,
            optional=OPTIONAL.get(move.slug, frozenset()),
        )
        for move in MOVES
    )
)

"""Moves of a subject through the study, one page for all of them."""

import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from subjects import selectors, services
from subjects.domain.participation import MOVES, Move
from subjects.domain.permissions import Perm
from subjects.forms import participation as forms
from trialcrm.access.asking import rule
from trialcrm.access.gates import requires
from trialcrm.core import clock
from trialcrm.core.decisions import Words, require
from trialcrm.core.htmx import done, show


class Act(NamedTuple):
    """What a move asks, who does it, and what is said when it is done."""

    form: type[forms.MoveForm]
    service: Callable[..., Any]
    said: Words


ACTS = {
    "enrol": Act(forms.EnrolForm, services.enrol, _("Enrolled.")),
    "randomise": Act(forms.RandomiseForm, services.randomise, _("Randomisation recorded.")),
    "start-treatment": Act(forms.FirstDoseForm, services.start_treatment, _("First dose recorded, visits planned.")),
    "stop-treatment": Act(forms.StopTreatmentForm, services.stop_treatment, _("Treatment stopped.")),
    "follow-up": Act(forms.FollowUpForm, services.enter_follow_up, _("Follow-up begins.")),
    "complete": Act(forms.CompleteForm, services.complete_participation, _("Study completed.")),
    "withdraw": Act(forms.WithdrawForm, services.withdraw, _("Withdrawal recorded.")),
    "lost": Act(forms.LostForm, services.lose_to_follow_up, _("Recorded as lost to follow-up.")),
    "died": Act(forms.DeathForm, services.record_death, _("Death recorded.")),
}


@requires(Perm.CHANGE_PARTICIPATION)
def move(request: HttpRequest, pk: uuid.UUID, move: str) -> HttpResponse:
    """Make one move, once its rule allows it."""
    wanted = _move(move)
    act = ACTS[move]
    subject = selectors.subject_for(request.user, pk)
    require(rule(wanted.rule)(request.user, subject))
    posted = request.POST if request.method == "POST" else None
    form = act.form(posted, subject=subject, today=clock.today(subject.site.time_zone))
    if request.method == "POST" and form.tell(act.service, subject=subject, by=request.user):
        return done(request, subject.get_absolute_url(), "subject-changed", "visit-changed", said=act.said)
    shown = {"subject": subject, "move": wanted, "effects": selectors.consequences(request.user, subject)}
    return show(request, "subjects/participation/move.html", shown, fragment="dialog", form=form)


def _move(slug: str) -> Move:
    found = next((one for one in MOVES if one.slug == slug), None)
    if found is None:
        raise Http404
    return found

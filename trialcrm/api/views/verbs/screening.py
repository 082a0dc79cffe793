"""Acts on screening attempts: answers to criteria, the result, and eligibility."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.domain.screening import Answer
from subjects.forms.screening import AttemptForm, RescreenForm, RevokeForm
from subjects.models import Subject
from trialcrm.api.domain.problems import Fault, Problem
from trialcrm.api.domain.tokens import Verb
from trialcrm.core import clock
from trialcrm.users.domain.signatures import Meaning
from trialcrm.users.forms import SigningForm

from .acting import Act, Call, offer

MOST_ANSWERS = 500
OF_A_CRITERION = ("answer", "evidence")


class Given(BaseModel):
    """The answer to one criterion. Evidence that is not sent stays as it is recorded."""

    criterion_id: UUID
    answer: Literal[tuple(Answer.values)] | None  # type: ignore[valid-type]
    evidence: str = Field("", max_length=200)


ANSWERS: tuple[Any, Any] = (
    list[Given],
    Field(
        default_factory=list,
        max_length=MOST_ANSWERS,
        description="Answers to criteria; those of criteria that are not named stay as they are recorded",
    ),
)


class AnswersForm(AttemptForm):
    """Tells of what was sent and of nothing else, so that what somebody else answers meanwhile stays."""

    def __init__(self, *args: Any, sent: Mapping[UUID, Mapping[str, Any]], has_notes: bool, **kwargs: Any) -> None:
        self.sent, self.has_notes = sent, has_notes
        super().__init__(*args, **kwargs)

    def told(self) -> dict[str, Any]:
        told = super().told()
        answers = {
            pk: given if "evidence" in self.sent[pk] else replace(given, evidence=None)
            for pk, given in told["answers"].items()
            if pk in self.sent
        }
        return {**told, "answers": answers, "notes": told["notes"] if self.has_notes else ""}


def _attempt(call: Call) -> dict[str, Any]:
    """The attempt with its criteria, among which are those that the body names.

    Raises:
        Problem: the body names another criterion, or one twice (422).
    """
    attempt = selectors.attempt_for(call.user, call.record.pk)
    asked = {line.criterion.pk for line in attempt.lines}
    named = [given["criterion_id"] for given in call.body.get("answers", ())]
    faults = [
        Fault(f"answers.{place}.criterion_id", "Not a criterion of this attempt, or named before.")
        for place, pk in enumerate(named)
        if pk not in asked or pk in named[:place]
    ]
    if faults:
        raise Problem(422, "Some fields need another value.", tuple(faults))
    sent = {given["criterion_id"]: given for given in call.body.get("answers", ())}
    return {"attempt": attempt, "sent": sent, "has_notes": "notes" in call.body}


def _pressing(button: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The answers as the fields of the page, with the button that is pressed there."""

    def flat(values: dict[str, Any]) -> dict[str, Any]:
        typed = {name: value for name, value in values.items() if name != "answers"}
        for given in values.get("answers", ()):
            typed |= {f"{name}_{given['criterion_id']}": given[name] for name in OF_A_CRITERION if name in given}
        return {**typed, "act": button}

    return flat


def _place(name: str, call: Call, form: Any) -> str:
    """Where the answer to a criterion was sent."""
    word, _sign, key = name.partition("_")
    keys = [str(given["criterion_id"]) for given in call.body.get("answers", ())]
    return f"answers.{keys.index(key)}.{word}" if word in OF_A_CRITERION and key in keys else ""


def _today(call: Call) -> dict[str, Any]:
    return {"today": clock.today(call.record.site.time_zone)}


def _screened(user: Any, pk: UUID) -> Subject:
    return selectors.subject_for(user, pk, Perm.VIEW_SCREENING)


AN_ATTEMPT: dict[str, Any] = {
    "on": "screenings",
    "permission": Perm.CHANGE_SCREENING,
    "load": selectors.screening_for,
    "about": "screening",
}
ANSWERED: dict[str, Any] = {
    **AN_ATTEMPT,
    "form": AnswersForm,
    "bound": _attempt,
    "keeps": True,
    "extra": {"answers": ANSWERS},
    "nested": _place,
}

offer(
    Act(
        on="screenings",
        name="create",
        doc="Open another attempt for somebody who failed screening.",
        permission=Perm.CHANGE_SCREENING,
        load=_screened,
        parent="subject_id",
        about="subject",
        form=RescreenForm,
        service=services.rescreen,
        rule=policies.rescreen,
        bound=_today,
        verb=Verb.CREATE,
    ),
    Act(
        name="answer",
        doc="Answer criteria of an open attempt. An answer that was given before changes only with a reason.",
        service=services.answer_criteria,
        rule=policies.answer_criteria,
        without=frozenset({"decided_on", "fail_reason"}),
        flat=_pressing("save"),
        **ANSWERED,
    ),
    Act(
        name="pass",
        doc="Every criterion is met. There are no waivers.",
        service=services.pass_screening,
        rule=policies.decide_screening,
        without=frozenset({"fail_reason"}),
        flat=_pressing("passed"),
        **ANSWERED,
    ),
    Act(
        name="fail",
        doc="The attempt ended without eligibility, for a reason.",
        service=services.fail_screening,
        rule=policies.decide_screening,
        flat=_pressing("failed"),
        **ANSWERED,
    ),
    Act(
        name="revoke",
        doc="New information turns a pass into a failure, before randomisation only.",
        form=RevokeForm,
        service=services.revoke_pass,
        rule=policies.revoke_pass,
        bound=_today,
        **AN_ATTEMPT,
    ),
    Act(
        **{**AN_ATTEMPT, "permission": Perm.CONFIRM_ELIGIBILITY},
        name="confirm",
        doc="An investigator signs that the person may take part, under every answer.",
        form=SigningForm,
        service=services.confirm_eligibility,
        rule=policies.confirm_eligibility,
        bound=lambda call: {"request": call.request, "record": call.record, "meaning": Meaning.ELIGIBLE},
        optional=frozenset({"email"}),
        signs=lambda user, screening: (screening, Meaning.ELIGIBLE),
    ),
)

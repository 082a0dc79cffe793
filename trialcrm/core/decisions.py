"""A rule's answer, in words that a page can show and a service can refuse with."""

from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an act is allowed, and if not, the sentence that says why (and at which form field)."""

    allowed: bool
    reason: Words = ""
    field: str | None = None

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(True)


def refused(reason: Words, field: str | None = None) -> Decision:
    return Decision(False, reason, field)


class Refused(Exception):
    """An act that a rule does not allow. The message is meant for the person who tried."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(str(decision.reason))
        self.decision = decision

    @property
    def field(self) -> str | None:
        return self.decision.field


class StaleRecord(Refused):
    """Somebody else changed the record while it was open here."""


def require(decision: Decision) -> None:
    """Go on only if the rule allows it.

    Raises:
        Refused: with the rule's reason.
    """
    if not decision.allowed:
        raise Refused(decision)


def first_refusal(*decisions: Decision) -> Decision:
    """The first rule that refuses, or ALLOWED when all agree."""
    return next((decision for decision in decisions if not decision.allowed), ALLOWED)

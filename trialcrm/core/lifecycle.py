"""State machines as tables that refuse what they do not list and draw their own diagram."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

from .decisions import ALLOWED, Decision, refused


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The states of one kind of record and the moves between them; a state with no way out is final."""

    name: str
    moves: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, name: str, states: type[Enum], moves: Mapping[Enum, set]) -> "Lifecycle":
        """Build from an enumeration of states; every state is listed, also those with no way out."""
        named = [*moves, *(to for targets in moves.values() for to in targets)]
        unknown = [state for state in named if state not in states]
        if unknown:
            raise ValueError(f"{name}: {unknown} are not states of {states.__name__}")
        table = {state.value: frozenset(to.value for to in moves.get(state, set())) for state in states}
        return cls(name, table)

    @property
    def states(self) -> frozenset[str]:
        return frozenset(self.moves)

    def is_final(self, state: str) -> bool:
        return not self.moves[state]

    def may_move(self, before: str, after: str) -> Decision:
        """Whether the table lists the move; the reason names both states."""
        if after in self.moves[before]:
            return ALLOWED
        return refused(_("A %(name)s that is “%(before)s” cannot become “%(after)s”.") % self._words(before, after))

    def _words(self, before: str, after: str) -> dict[str, str]:
        return {"name": self.name, "before": _spoken(before), "after": _spoken(after)}

    def mermaid(self) -> str:
        """The diagram of the table in Mermaid's state language."""
        lines = ["stateDiagram-v2"]
        for before in self.moves:
            lines += [f"    {before} --> {after}" for after in sorted(self.moves[before])]
            if self.is_final(before):
                lines.append(f"    {before} --> [*]")
        return "\n".join(lines)


def _spoken(state: str) -> str:
    return state.replace("_", " ")

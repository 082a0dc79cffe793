"""Fields that ask: each with its arguments and a function that answers."""

from collections.abc import Callable, Iterable
from typing import Any

from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET

from .kinds import or_null, plain

Answer = Callable[[Any, Any, dict[str, Any]], Any]


def argument(name: str, kind: Any, *, doc: str = "", needed: bool = False) -> StrawberryArgument:
    """An argument; what may be left out may also be null."""
    annotation = StrawberryAnnotation(kind if needed else or_null(kind))
    return StrawberryArgument(name, None, annotation, description=doc or None, default=UNSET)


class Asked(StrawberryField):
    """A field whose answer is a function of what it stands in, of the call, and of the arguments that were given."""

    is_basic_field = False

    def __init__(
        self,
        name: str,
        kind: Any,
        answer: Answer,
        arguments: Iterable[StrawberryArgument] = (),
        *,
        doc: str = "",
        space: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(
            python_name=name,
            graphql_name=name,
            type_annotation=StrawberryAnnotation(kind, namespace=space if space is not None else {}),
            description=doc or None,
        )
        self.arguments = list(arguments)
        self._answer = answer

    def get_result(self, source: Any, info: Any, args: Any, kwargs: Any) -> Any:
        given = {name: plain(value) for name, value in kwargs.items() if value is not UNSET and value is not None}
        return self._answer(source, info, given)

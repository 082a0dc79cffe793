"""The schema: every class and every act."""

from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from trialcrm.api.selectors.publishing import everything
from trialcrm.api.views.verbs.acting import acts

from .kinds import type_of
from .limits import Limits
from .mutations import mutation_of
from .queries import many_of, one_of, signed_by


class Schema(strawberry.Schema):
    """A schema that leaves it to the entrance to note what went wrong."""

    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        pass


def make_schema() -> Schema:
    """The schema, made from what is published and offered when it is called."""
    reads = [field for item in everything() for field in (many_of(item), one_of(item))]
    signed = [signed_by(act) for act in acts() if act.signs is not None]
    query = type_of("Query", [*reads, *signed], doc="What can be read.")
    mutation = type_of("Mutation", [mutation_of(act) for act in acts()], doc="What can be done.")
    return Schema(query, mutation, extensions=[Limits], config=StrawberryConfig(auto_camel_case=True))


schema = make_schema()

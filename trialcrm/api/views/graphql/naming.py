"""Names in GraphQL: they follow from the names in REST by rule, so that whoever knows one knows the other.

`adverse-events` of the class "Adverse event" are the list `adverseEvents`, one of them is `adverseEvent`, its type
`AdverseEvent`, and the act `close` on it is `closeAdverseEvent`.
"""

import re

from strawberry.utils.str_converters import to_camel_case

from trialcrm.api.selectors.publishing import Published, published
from trialcrm.api.views.verbs.acting import Act


def camel(name: str) -> str:
    """`visit_status` and `visit-status` as `visitStatus`."""
    return to_camel_case(name.replace("-", "_"))


def capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def type_name(item: Published) -> str:
    return "".join(map(capital, re.split(r"\W+", item.title)))


def list_name(item: Published) -> str:
    return camel(item.name)


def one_name(item: Published) -> str:
    """The class's name in the singular; where it has none of its own, like a log, one entry of it."""
    name = type_name(item)
    single = name[:1].lower() + name[1:]
    return single if single != list_name(item) else f"{single}Entry"


def mutation_name(act: Act) -> str:
    return camel(act.name) + type_name(published(act.on))


def input_name(act: Act) -> str:
    return f"{capital(mutation_name(act))}Input"


def to_sign_name(act: Act) -> str:
    return f"to{capital(mutation_name(act))}"


def order_value(name: str) -> str:
    """`-due_on` as `due_on_desc`: a name in GraphQL has no sign."""
    return f"{name[1:]}_desc" if name.startswith("-") else name


def path_in_camel(path: str) -> str:
    """Where a fault is, in the names that the caller used."""
    return ".".join(camel(part) for part in path.split("."))

"""What the code may not contain, where it may do so after all and why, and how large its parts are."""

import ast
import inspect
import re
import statistics
from collections.abc import Callable, Iterator
from importlib import import_module, util
from inspect import Parameter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.apps import apps

from tests.house import sources, walk
from trialcrm.audit.models import AuditedBase

Find = Callable[[Path], Iterator[ast.AST]]
WIDEST_MODULE = 400
SMALL, LARGE = 10, 40
PUBLIC_ROOMS = ("domain", "selectors", "services")


def chain(node: ast.AST) -> list[str]:
    """The names of a dotted expression, calls left out: `Visit.objects.filter(...).update` in four parts."""
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Name):
            return [*reversed([*parts, node.id])]
        else:
            return [*reversed(parts)]


def calls(path: Path) -> Iterator[tuple[ast.Call, list[str]]]:
    return ((node, chain(node.func)) for node in sources.nodes(path, ast.Call))


def reads_the_time(path: Path) -> Iterator[ast.AST]:
    clocks, words = (
        {"datetime", "date", "timezone", "time"},
        {"now", "utcnow", "today", "time", "localdate", "localtime"},
    )
    yield from (node for node, names in calls(path) if len(names) > 1 and names[-2] in clocks and names[-1] in words)
    for node in sources.nodes(path, ast.ImportFrom):
        if node.module == "django.db.models.functions" and any(item.name in ("Now", "Today") for item in node.names):
            yield node


def reads_the_environment(path: Path) -> Iterator[ast.AST]:
    yield from (node for node in sources.nodes(path, ast.Attribute) if node.attr in ("environ", "getenv"))


def names(*wanted: str) -> Find:
    def find(path: Path) -> Iterator[ast.AST]:
        yield from (node for node in sources.nodes(path, ast.Name) if node.id in wanted)
        yield from (node for node in sources.nodes(path, ast.alias) if node.name in wanted)

    return find


def catches_everything(path: Path) -> Iterator[ast.AST]:
    for node in sources.nodes(path, ast.ExceptHandler):
        if node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")):
            yield node


def writes_past_the_trail(path: Path) -> Iterator[ast.AST]:
    """Writing through a query set or its base manager, unless it is visibly of a table outside of the trail."""
    ways = {"bulk_create", "bulk_update", "delete", "_raw_delete", "update"}
    tables = {"objects", "_base_manager", "_default_manager", "queryset"}
    for node, parts in calls(path):
        if parts and parts[-1] in ways and tables & set(parts) and parts[0] not in _outside_the_trail():
            yield node


def _outside_the_trail() -> set[str]:
    return {model.__name__ for model in apps.get_models() if not issubclass(model, AuditedBase)}


def touches_tables(path: Path) -> Iterator[ast.AST]:
    if "views" in (*path.parts, path.stem):
        managers = ("objects", "_base_manager", "_default_manager")
        yield from (node for node in sources.nodes(path, ast.Attribute) if node.attr in managers)


def says(pattern: str) -> Find:
    def find(path: Path) -> Iterator[ast.AST]:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(pattern, line):
                yield ast.Pass(lineno=number)

    return find


class Ban(NamedTuple):
    """Something that no file may contain, but those named, each for its reason."""

    what: str
    find: Find
    allowed: dict[str, str]


BANS = (
    Ban("reads the time", reads_the_time, {"trialcrm/core/clock.py": "is the one reader of the time"}),
    Ban(
        "reads the environment",
        reads_the_environment,
        {
            "manage.py": "names the settings before Django reads them",
            "trialcrm/asgi.py": "names the settings before Django reads them",
            "trialcrm/core/bootstrap/environment.py": "makes the environment of the demo and of local commands",
            "trialcrm/core/bootstrap/places.py": "finds the person's own folder for data",
            "trialcrm/core/bootstrap/programs.py": "finds programs on the PATH",
            "trialcrm/core/browser.py": "finds a browser that is already there, before there are settings",
            "trialcrm/demo/management/commands/demo.py": "asks whether the local environment was made here",
            "trialcrm/settings.py": "is the one reader of settings",
            "trialcrm/wsgi.py": "names the settings before Django reads them",
        },
    ),
    Ban(
        "gives or takes rights",
        names("assign_perm", "remove_perm", "bulk_assign_perm", "bulk_remove_perm"),
        {"trialcrm/access/grants.py": "is the one caller of guardian"},
    ),
    Ban(
        "catches everything",
        catches_everything,
        {
            "trialcrm/audit/recording.py": "whatever failed, the records in memory must forget the act",
            "trialcrm/cdisc/services/runs.py": "whatever failed, the run says so and leaves no files behind",
            "trialcrm/core/events.py": "a broken announcement must not lose the record that it is about",
            "trialcrm/core/jobs.py": "one broken duty must not keep the others from being done",
            "trialcrm/demo/serve.py": "whatever failed, what the demo started is stopped",
            "trialcrm/pages/frame/parts.py": "a count on the bell that fails must not take the whole page with it",
        },
    ),
    Ban(
        "writes past the trail",
        writes_past_the_trail,
        {
            "trialcrm/access/grants.py": "guardian's grants follow the role matrix and are outside of the trail",
            "trialcrm/audit/bulk.py": "keeps the history itself",
        },
    ),
    Ban(
        "touches tables in a view",
        touches_tables,
        {"trialcrm/live/views.py": "the stream looks at its own session again, outside of a request"},
    ),
    Ban(
        "prints",
        names("print", "pprint"),
        {"trialcrm/demo/study.py": "tells whoever started the demo how far it is"},
    ),
    Ban(
        "signs without asking who it is",
        names("witnessed"),
        dict.fromkeys(
            (f"trialcrm/demo/{name}.py" for name in ("drugs", "founding", "harms", "screening")),
            "the people of the demo exist on paper only",
        ),
    ),
    Ban("marks text as safe", names("mark_safe", "SafeText"), {}),
    Ban("leaves out the check of forms", names("csrf_exempt"), {}),
    Ban("ignores types without saying which fault", says(r"type: ignore(?!\[)"), {}),
    Ban("leaves work for later", says(r"\b(TODO|FIXME|XXX|HACK)\b"), {}),
    Ban("silences the linter without saying of what", says(r"# noqa(?!:)|# nosec\b"), {}),
)


@pytest.mark.parametrize("ban", BANS, ids=lambda ban: ban.what)
def test_no_file_does_what_is_banned(ban: Ban) -> None:
    found = [sources.place(path, node) for path in sources.code() for node in ban.find(path)]

    assert [place for place in found if place.split(":")[0] not in ban.allowed] == []


@pytest.mark.parametrize("ban", BANS, ids=lambda ban: ban.what)
def test_every_exception_is_still_needed(ban: Ban) -> None:
    used = {sources.place(path) for path in sources.code() for _node in ban.find(path)}

    assert set(ban.allowed) <= used


# --- how large things are ---------------------------------------------------------------------------------------------


def functions() -> dict[str, int]:
    """The number of lines of each function, decorators left out."""
    return {
        sources.place(path, node): (node.end_lineno or 0) - node.lineno + 1
        for path in sources.code()
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_half_of_the_functions_are_under_ten_lines() -> None:
    assert statistics.median(functions().values()) < SMALL


def test_nine_functions_in_ten_are_under_forty_lines() -> None:
    lengths = sorted(functions().values())
    assert lengths[len(lengths) * 9 // 10] < LARGE


def test_no_module_is_too_long_to_have_one_subject() -> None:
    lengths = {sources.place(path): len(path.read_text().splitlines()) for path in sources.code()}
    assert {name: lines for name, lines in lengths.items() if lines > WIDEST_MODULE} == {}


# --- services, selectors and domains say what they are ----------------------------------------------------------------

#: Verbs that no single recorded act surrounds, and why.
NOT_RECORDED = {
    "subjects.services.refuse_identity_in": "a check that other services make; it writes nothing",
    "trialcrm.cdisc.services.carry_out": "several acts in a row: started, loaded or refused",
    "trialcrm.cdisc.services.discard_old_uploads": "removes files only; the run and its refusal stay recorded",
    "trialcrm.cdisc.services.run_queued": "a duty, which carries out one recorded import after another",
    "trialcrm.cdisc.services.start_again": "moves files, and the import that follows is recorded",
    "trialcrm.cdisc.services.upload": "keeps files, and the import that follows is recorded",
    "trialcrm.trail.services.note_export": "writes its one row of the log and changes no record",
    "trialcrm.users.services.end_all_sessions": "part of closing an account or of a new password, which are recorded",
    "trialcrm.users.services.end_other_sessions": "ends sessions, which are no records; logged as it does",
    "trialcrm.users.services.end_session": "ends sessions, which are no records; logged as it does",
}


def public_functions(room: str) -> dict[str, Any]:
    """The functions that a room shows: those in its list, or those whose names have no underscore in front."""
    found = {}
    for config in walk.our_apps():
        name = f"{config.name}.{room}"
        if util.find_spec(name):
            found |= {f"{name}.{key}": value for key, value in _shown(import_module(name)) if inspect.isfunction(value)}
    return found


def _shown(module: Any) -> list[tuple[str, Any]]:
    listed = getattr(module, "__all__", None)
    if listed is None:
        listed = [key for key, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
    return [(key, getattr(module, key)) for key in listed if not key.startswith("_")]


SERVICES = public_functions("services")
SHOWN = {name: function for room in PUBLIC_ROOMS for name, function in public_functions(room).items()}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - set(NOT_RECORDED)))
def test_every_verb_is_a_recorded_act_of_somebody(name: str) -> None:
    service = SERVICES[name]
    parameters = inspect.signature(service).parameters

    assert hasattr(service, "action"), f"{name} is not decorated with @recorded"
    assert "by" in parameters
    assert {item.kind for item in parameters.values()} <= {Parameter.KEYWORD_ONLY, Parameter.VAR_KEYWORD}


def test_verbs_that_are_not_recorded_exist() -> None:
    assert set(NOT_RECORDED) <= set(SERVICES)


def test_every_recorded_act_has_a_name_of_its_own() -> None:
    names = [service.action for service in SERVICES.values() if hasattr(service, "action")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_every_public_function_says_what_it_means(name: str) -> None:
    assert SHOWN[name].__doc__, f"{name} has no docstring"


def test_every_domain_function_says_what_it_means() -> None:
    silent = [
        sources.place(path, node)
        for path in sources.code()
        if "domain" in (*path.parts, path.stem)
        for node in sources.tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []

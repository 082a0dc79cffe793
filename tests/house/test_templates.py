"""Templates keep to the content security policy, belong to a view, lead somewhere, and speak through gettext."""

import re
from pathlib import Path

import pytest
from django import forms
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from tests.house import templates, walk

TEMPLATES = templates.all_templates()
PAGES = [name for name in TEMPLATES if name.endswith(".html")]
EVERY_PAGE = pytest.mark.parametrize("name", PAGES)
UNESCAPED = "text that is not escaped"
#: What the policy (no inline style or script) forbids or makes fail silently, and ways around escaping.
FORBIDDEN = {
    "an inline style": r"\sstyle\s*=|<style\b",
    "an inline script": r"<script\b(?![^>]*\ssrc=)|javascript:",
    "an event attribute": r"\son[a-z]+\s*=",
    "htmx code in an attribute": r"\shx-on\b|hx-(?:vals|headers)\s*=\s*[\"'](?:js|javascript):",
    "a condition of htmx, which the policy makes always true": r"hx-trigger\s*=\s*(?:\"[^\"]*\[|'[^']*\[)",
    UNESCAPED: r"\|\s*safe\b|autoescape off",
}
#: Help texts are written by us, and may hold a list as those of Django's own password rules do.
HARMLESS = {("django/forms/field.html", UNESCAPED)}
#: Templates that others name: Django's pages for failures, and what Django and allauth look up.
NAMED_ELSEWHERE = ("400.html", "403.html", "404.html", "500.html", "account/", "django/", "mfa/", "socialaccount/")
#: Frames and answers of pages that are called after something else than their view, and why.
OTHER_NAMES = {
    "cdisc/findings/findings.html": "one page for two lists: the findings of an import, and those of a study",
    "pages/nothing_yet.html": "what the first page shows to somebody who has no role yet",
    "safety/closing/return.html": "no function can be called by this word, which is one of Python's own",
    "subjects/chart.html": "the frame that every tab of a chart extends",
}
#: What pages extend.
FRAMES = {"base.html", "frame.html", "portal.html", "signin_frame.html"}
#: Includes that hand on everything they were given.
HANDING_ON = {"components/gate.html"}
#: Letters that are no words of a language: the name of the portal, classes, file types, names of standards.
NO_WORDS = {
    "· TrialCRM",
    "TrialCRM",
    "portal",
    "signin",
    "staff",
    'data-events-url="',
    '" data-live-state=""',
    ".csv",
    ".ics",
    "SHA-256",
}
#: Shows invented data, which nobody translates.
INVENTED = "pages/gallery.html"


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_has(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what], re.IGNORECASE)
    found = {name: pattern.search(templates.text(name)) for name in PAGES if (name, what) not in HARMLESS}
    assert {name: match[0] for name, match in found.items() if match} == {}


@EVERY_PAGE
def test_what_a_template_extends_or_includes_exists(name: str) -> None:
    assert [other for other in templates.drawn_in(name) if not exists(other)] == []


def exists(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True


@pytest.mark.parametrize("use", templates.uses(), ids=lambda use: f"{use.path.stem}.{use.function}-{use.template}")
def test_every_template_and_fragment_that_the_code_names_exists(use: templates.Use) -> None:
    assert "*" in use.template or exists(use.template)
    if use.fragment and "*" not in use.template:
        assert use.fragment in templates.partials(use.template)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_is_left_over(name: str) -> None:
    drawn = any(name in templates.drawn_in(other) for other in TEMPLATES)
    assert drawn or templates.used_in_code(name) or name.startswith(NAMED_ELSEWHERE)


def pages_of_apps() -> list[str]:
    """Templates of an app that stand in a frame, except those that only others extend."""
    labels = {Path(config.path).name for config in walk.our_apps()}
    return [name for name in PAGES if name.split("/")[0] in labels and any(templates.tags(name, "extends"))]


VIEWS = {(route.view.__module__, route.view.__name__) for route in walk.routes()}


def is_called_after_a_view(name: str) -> bool:
    """`subjects/visits/complete.html` is shown by the view `complete` in `subjects.views.visits`."""
    app, *word, file = name.split("/")
    modules = {module for module, function in VIEWS if function == Path(file).stem.replace("-", "_")}
    return any(".".join([app, "views", *word]) in f"{module}." for module in modules)


@pytest.mark.parametrize("name", sorted(set(pages_of_apps()) - set(OTHER_NAMES)))
def test_every_page_is_called_after_its_view(name: str) -> None:
    assert is_called_after_a_view(name)


@pytest.mark.parametrize("name", pages_of_apps())
def test_what_a_page_shares_with_others_is_a_component_or_has_a_view(name: str) -> None:
    pieces = {other for other in templates.drawn_in(name) if not any(templates.tags(other, "extends"))} - FRAMES
    assert [
        other for other in pieces if "components" not in other.split("/") and not is_called_after_a_view(other)
    ] == []


def test_pages_with_other_names_exist() -> None:
    assert set(OTHER_NAMES) <= set(PAGES)


@EVERY_PAGE
def test_every_link_by_name_leads_to_a_route(name: str) -> None:
    known = {route.name for route in walk.routes()}
    for token in templates.tags(name, "url"):
        wanted = token.contents.split()[1]
        quoted = templates.QUOTED.fullmatch(wanted)
        assert quoted is None or quoted[2] in known, f"{templates.place(name, token)} leads to {wanted}"


@EVERY_PAGE
def test_components_get_what_they_are_given_and_nothing_else(name: str) -> None:
    includes = [token for token in templates.tags(name, "include") if re.search(r"[\"']components/", token.contents)]
    open_ones = [templates.place(name, token) for token in includes if not re.search(r"\sonly$", token.contents)]
    assert open_ones == [] or name in HANDING_ON


@EVERY_PAGE
def test_every_visible_word_can_be_translated(name: str) -> None:
    assert name == INVENTED or [word for word in templates.words(name) if word not in NO_WORDS] == []


@pytest.mark.parametrize("path", sorted((templates.ROOT / "static" / "js").glob("*.js")), ids=lambda path: path.name)
def test_no_script_makes_code_out_of_text(path: Path) -> None:
    assert not re.search(r"\beval\(|new Function|document\.write|innerHTML\s*=|setTimeout\(\s*[\"'`]", path.read_text())


def test_labels_of_form_fields_can_be_translated() -> None:
    """A label in plain English would be there in every language; lazy text is not a `str`."""
    plain = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in forms_of_ours()
        for name, field in form.base_fields.items()
        if type(field.label) is str and re.search(r"[A-Za-z]{2}", field.label)
    ]
    assert plain == []


def forms_of_ours() -> list[type[forms.BaseForm]]:
    waiting, found = [forms.BaseForm], []
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        ours = kind.__module__.split(".")[0] in walk.packages() and ".gallery." not in kind.__module__
        if ours and hasattr(kind, "base_fields"):
            found.append(kind)
    return found

"""The gallery shows every component, and what all of them promise is checked on it."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.journeys.steps import look
from tests.support.cast import PASSWORD, address
from trialcrm.pages.gallery import samples

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "templates"
COMPONENTS = sorted(path.stem for path in (TEMPLATES / "components").glob("*.html"))
INCLUDE = re.compile(r"components/(\w+)\.html")
# A finished act's whole answer to htmx; it cannot stand on a page.
NOT_ON_A_PAGE = {"said"}


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def elements():
    page = render_to_string("pages/gallery.html", samples(RequestFactory().get("/gallery/")))
    parser = Elements()
    parser.feed(page)
    return parser.found


def shown_from(*names: str) -> set[str]:
    """The components that these templates include, directly or through another component."""
    waiting = [TEMPLATES / name for name in names]
    seen: set[str] = set()
    while waiting:
        for name in INCLUDE.findall(waiting.pop().read_text()):
            if name not in seen:
                seen.add(name)
                waiting.append(TEMPLATES / "components" / f"{name}.html")
    return seen


def test_every_component_is_shown():
    shown = shown_from("pages/gallery.html", "frame.html", "base.html")
    assert set(COMPONENTS) - shown == NOT_ON_A_PAGE


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_tells_its_parameters_at_the_top(name):
    text = (TEMPLATES / "components" / f"{name}.html").read_text()
    assert re.match(r"(\{% load [\w ]+ %\})?\{# .+ #\}", text)


def test_every_component_is_in_the_table_for_writers_of_pages():
    table = (TEMPLATES / "components" / "README.md").read_text()
    assert [name for name in COMPONENTS if f"`{name}`" not in table] == []


def test_nothing_is_inline_that_the_content_security_policy_forbids(elements):
    forbidden = [
        (tag, name) for tag, attrs in elements for name in attrs if name == "style" or name.startswith(("on", "hx-on"))
    ]
    assert forbidden == []
    assert all(attrs.get("src") for tag, attrs in elements if tag == "script")
    assert not any(tag == "style" for tag, _ in elements)


def test_ids_are_unique_and_every_reference_leads_somewhere(elements):
    ids = Counter(attrs["id"] for _, attrs in elements if "id" in attrs)
    assert [name for name, times in ids.items() if times > 1] == []
    for _, attrs in elements:
        for kind in ("aria-describedby", "aria-labelledby", "for"):
            for name in (attrs.get(kind) or "").split():
                assert name in ids, f"{kind} names {name}, which is not on the page"


def test_every_form_control_has_a_name_for_those_who_listen(elements):
    labelled = {attrs.get("for") for tag, attrs in elements if tag == "label"}
    for tag, attrs in elements:
        if tag in ("select", "textarea") or (tag == "input" and attrs.get("type") not in ("hidden", "radio")):
            assert attrs.get("id") in labelled or attrs.get("aria-label"), attrs


def test_a_dead_button_says_why(elements):
    dead = [attrs for tag, attrs in elements if attrs.get("aria-disabled") == "true"]
    assert dead
    assert all(attrs.get("aria-describedby") and "disabled" not in attrs for attrs in dead)


@pytest.mark.parametrize(("folder", "limit"), [("css", 40 * 1024), ("js", 20 * 1024)])
def test_style_sheets_and_scripts_stay_small(folder, limit):
    assert sum(path.stat().st_size for path in (ROOT / "static" / folder).iterdir()) < limit


def tokens(scheme: int) -> dict[str, str]:
    """The colours of the light (0) or the dark (1) scheme."""
    text = (ROOT / "static" / "css" / "tokens.css").read_text()
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", text)
    return {name: both[scheme] for name, *both in pairs}


def brightness(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("family", ["neutral", "info", "good", "warning", "critical", "accent"])
def test_every_status_reads_at_4_5_to_1_on_its_tint_and_on_the_page(scheme, family):
    colours = tokens(scheme)
    for ground in (f"{family}-tint", "surface", "ground", "sunken"):
        assert contrast(colours[family], colours[ground]) >= 4.5, ground


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_plain_and_muted_text_read_at_4_5_to_1_and_edges_of_fields_at_3_to_1(scheme):
    colours = tokens(scheme)
    for ground in ("surface", "ground", "sunken", "neutral-tint"):
        assert contrast(colours["text"], colours[ground]) >= 4.5
        assert contrast(colours["muted"], colours[ground]) >= 4.5
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
    assert contrast(colours["edge"], colours["surface"]) >= 3


def sign_in(page) -> None:
    page.goto("/gallery/")
    page.fill("[name=login]", address("coordinator"))
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector("#status")


@pytest.mark.journey
@pytest.mark.xdist_group("browser")
def test_the_gallery_has_no_axe_violation_and_nothing_overflows_in_either_scheme(page):
    sign_in(page)
    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        look(page, f"the gallery, {width} wide")


@pytest.mark.journey
@pytest.mark.xdist_group("browser")
def test_the_colour_scheme_is_kept_and_slash_goes_to_the_search(page):
    sign_in(page)
    page.locator("main [data-theme-set=dark]").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"


@pytest.mark.journey
@pytest.mark.xdist_group("browser")
def test_the_reason_is_asked_for_only_once_something_changed_and_a_draft_comes_back(page):
    sign_in(page)
    form = page.locator("form[data-draft=gallery]")
    assert form.locator("[data-reason]").is_hidden()
    form.locator("[name=term]").fill("Rash, upper arm")
    assert form.locator("[data-reason]").is_visible()
    page.reload()
    assert form.locator("[name=term]").input_value() == "Rash, upper arm"
    assert form.locator("[data-draft-note]").is_visible()

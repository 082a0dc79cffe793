"""Steps that journeys share."""

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.support.cast import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, ViewportSize

    from trialcrm.users.models import User

PHONE: "ViewportSize" = {"width": 390, "height": 844}
DESK: "ViewportSize" = {"width": 1440, "height": 900}
# Axe's rules of the Web Content Accessibility Guidelines, and its best practices; the dark page has the same structure
# in other colours.
_LIGHT = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_DARK = ["color-contrast", "link-in-text-block"]
# Axe describes every element on which a rule is broken, and not the thousands on which it holds.
_RULES = {
    scheme: {"runOnly": rules, "resultTypes": ["violations"]} for scheme, rules in (("light", _LIGHT), ("dark", _DARK))
}


def sign_in(page: "Page", person: "User", size: "ViewportSize" = DESK) -> None:
    """Sign somebody in; whoever was signed in in this browser before is forgotten."""
    # A page left open would find its stream closed.
    page.goto("about:blank")
    page.context.clear_cookies()
    page.set_viewport_size(size)
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/account/login/" not in url)


def sign(page: "Page", person: "User") -> None:
    """Type address and password under what is shown, as for the first signature of a session, and sign it."""
    page.get_by_label("Your e-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign", exact=True).click()


def dialog(page: "Page", opener: str) -> "Locator":
    """Press what opens a form above the page; the form."""
    page.get_by_role("link", name=opener, exact=True).first.click()
    layer = page.locator("#dialog")
    expect(layer).to_be_visible()
    return layer


def listening(page: "Page") -> None:
    """Wait until the page hears of what happens elsewhere."""
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")


_STILL = """() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')
    && document.getAnimations().every((animation) => animation.playState !== 'running')"""


def _violations(page: "Page", rules: dict[str, list[str]]) -> list[Any]:
    # Axe is large: it is brought into a document once.
    if page.evaluate("!window.axe"):
        return Axe().run(page, options=rules).response["violations"]
    return page.evaluate("(rules) => axe.run(rules)", rules)["violations"]


def look(page: "Page", where: str) -> None:
    """Stop and look: no rule of accessibility is broken, in light and in dark, and nothing sticks out of the page."""
    for scheme, rules in _RULES.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        # What is still fading in has another contrast than what people will read.
        page.wait_for_function(_STILL)
        found = _violations(page, rules)
        assert not found, f"{where}, {scheme}: {[(item['id'], item['nodes'][0]['html']) for item in found]}"
    page.emulate_media(color_scheme="light")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{where}: {wide} pixels stick out"

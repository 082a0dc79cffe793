"""Steps that journeys share."""

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

from tests.support.cast import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from trialcrm.users.models import User

SCHEMES = ("light", "dark")
# Axe's rules of the Web Content Accessibility Guidelines, and its best practices.
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def sign_in(page: "Page", person: "User") -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/account/login/" not in url)


_STILL = """() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')
    && document.getAnimations().every((animation) => animation.playState !== 'running')"""


def look(page: "Page", where: str) -> None:
    """Stop and look: no rule of accessibility is broken, in light and in dark, and nothing sticks out of the page."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        # What is still fading in has another contrast than what people will read.
        page.wait_for_function(_STILL)
        found = Axe().run(page, options=_RULES).response["violations"]
        assert not found, f"{where}, {scheme}: {[(item['id'], item['nodes'][0]['html']) for item in found]}"
    page.emulate_media(color_scheme="light")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{where}: {wide} pixels stick out"

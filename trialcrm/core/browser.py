"""A Chromium for the browser journeys: the one that is there, else one that is got. Standard library and Playwright."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge")
_PLACES = (
    "/opt/google/chrome/chrome",
    "/usr/lib/chromium/chromium",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_DOWNLOAD_SECONDS = 900


class NoBrowser(RuntimeError):
    """No browser is here and none could be got; the message names the ways."""


def find_or_get() -> Path:
    """The path of a Chromium or Chrome that runs: installed, downloaded by Playwright, or Debian's package (as root).

    Raises `NoBrowser` when all of it fails: journeys are never skipped for want of a browser.
    """
    return _first_that_runs(_installed()) or _downloaded() or _packaged() or _give_up()


def _first_that_runs(candidates: Iterator[Path]) -> Path | None:
    return next((path for path in candidates if _runs(path)), None)


def _installed() -> Iterator[Path]:
    if named := os.environ.get("CHROMIUM"):
        if not _runs(Path(named)):
            raise NoBrowser(f"CHROMIUM is {named}, which does not run.")
        yield Path(named)
    yield from (Path(found) for name in _NAMES if (found := shutil.which(name)))
    yield from map(Path, _PLACES)
    yield from _of_playwright()


def _of_playwright() -> Iterator[Path]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return
    with sync_playwright() as playwright:
        yield Path(playwright.chromium.executable_path)


def _runs(path: Path) -> bool:
    """Also tells a launcher that only says how to install a browser, and one whose libraries are missing."""
    if not path.exists():
        return False
    return _succeeds(str(path), "--version", seconds=60)


def _downloaded() -> Path | None:
    _say("No Chromium found; asking Playwright to download one.")
    if not _succeeds(sys.executable, "-m", "playwright", "install", "chromium", seconds=_DOWNLOAD_SECONDS):
        return None
    return _first_that_runs(_of_playwright())


def _packaged() -> Path | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    _say("Installing the chromium package.")
    apt = ("apt-get", "-o", "DPkg::Lock::Timeout=600", "-qq")
    _succeeds(*apt, "update", seconds=_DOWNLOAD_SECONDS)
    _succeeds(*apt, "install", "--yes", "--no-install-recommends", "chromium", seconds=_DOWNLOAD_SECONDS)
    return _first_that_runs(_installed())


def _give_up() -> Path:
    raise NoBrowser(
        "The browser journeys need a Chromium or Chrome, and none could be got. Any one of these will do:\n"
        "  - install it (Debian: apt install chromium), or name it: CHROMIUM=/path/to/chrome\n"
        "  - let Playwright download one, with its libraries: python -m playwright install --with-deps chromium\n"
        "  - on Debian run the tests as root once: the package is then installed for you"
    )


def _succeeds(*command: str, seconds: int) -> bool:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=seconds, env=env)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    try:
        find_or_get()
    except NoBrowser as refusal:
        sys.exit(f"{refusal}")

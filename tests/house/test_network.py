"""Nothing here reaches beyond this machine: no test, no page, no part of the code that nobody expects to."""

import ast
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import crawl, sources, walk
from tests.house.answers import answer
from tests.house.world import World

pytestmark = pytest.mark.xdist_group("pages")
#: An address that is never in use (RFC 5737).
SOMEWHERE = ("192.0.2.1", 443)
#: What a browser would fetch or follow.
LINKS = re.compile(
    r"""\b(?:href|src|srcset|action|poster|data|hx-[a-z]+)=["']\s*((?:https?:)?//[^"']+)""", re.IGNORECASE
)
#: Names of vocabularies, which nothing ever fetches.
VOCABULARIES = ("http://www.w3.org/",)
#: Modules that open connections, and what may use them for what.
CLIENTS = {"aiohttp", "ftplib", "http.client", "httpx", "requests", "smtplib", "socket", "telnetlib", "urllib.request"}
USERS = {
    "trialcrm/api/examples/flows.py": "shows other programs how they call; the portal itself never runs it",
    "trialcrm/core/localdb.py": "asks whether the private database listens, in a folder of this machine",
    "trialcrm/demo/serve.py": "listens on this machine for whoever looks at the demo",
}


def test_tests_reach_this_machine_only() -> None:
    with socket.socket() as client, pytest.raises(PermissionError, match="tests use no network"):
        client.connect(SOMEWHERE)


def test_no_part_of_the_code_opens_connections_unexpectedly() -> None:
    found = {sources.place(path) for path in sources.code() if CLIENTS & set(imported(path))}
    assert found == set(USERS)


def imported(path: Path) -> Iterator[str]:
    for node in sources.nodes(path, ast.Import):
        yield from (item.name for item in node.names)
    for node in sources.nodes(path, ast.ImportFrom):
        # A neighbour of the same name is no client.
        if node.level == 0:
            yield node.module or ""
            yield from (f"{node.module}.{item.name}" for item in node.names)


@pytest.mark.usefixtures("crawling")
@pytest.mark.parametrize("part", ["anonymous", "coordinator", "manager", "participant"])
def test_no_page_leads_or_reaches_elsewhere(world: World, part: str) -> None:
    for route in crawl.routes():
        for address in crawl.addresses(route, lambda model: world.here(model)[:1])[:1]:
            page = answer(world, part, address.url)
            assert LINKS.findall(page.text) == [], str(address)
            assert_strict(page.headers.get("Content-Security-Policy", ""), str(address))


def assert_strict(policy: str, address: str) -> None:
    """The browser may run, show and send nothing but the portal's own."""
    assert "default-src 'none'" in policy, address
    assert not re.search(r"unsafe-|https?:|\*", policy), address


@pytest.mark.parametrize("folder", ["css", "js"])
def test_style_sheets_and_scripts_fetch_nothing_from_elsewhere(folder: str) -> None:
    for path in (walk.ROOT / "static" / folder).iterdir():
        addresses = re.findall(r"(?:https?:)//[^\s\"'`)]+", path.read_text())
        assert [name for name in addresses if not name.startswith(VOCABULARIES)] == [], path.name

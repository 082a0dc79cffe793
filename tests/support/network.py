"""Tests reach nothing but this machine."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

_LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    connect = socket.socket.connect

    def connect_to_this_machine(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(_LOOPBACK):
            raise PermissionError(f"A test tried to reach {address[0]}; tests use no network.")
        connect(self, address)

    patch.setattr(socket.socket, "connect", connect_to_this_machine)
    yield
    patch.undo()

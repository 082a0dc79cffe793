import http.client
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from trialcrm.demo.serve import Portal, free_socket


def say_path(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"page {environ['PATH_INFO']}".encode()]


class Stream:
    """Sends one line and then waits for its reader to leave, as a stream with no news does."""

    def __init__(self) -> None:
        self.left = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"data: hello\n\n", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left.set()


class Running:
    def __init__(self, portal: Portal, stream: Stream) -> None:
        self.portal, self.stream = portal, stream
        self.socket = free_socket(0)
        self.port = self.socket.getsockname()[1]
        self.ready = threading.Event()
        self.thread = threading.Thread(target=portal.run_on, args=(self.socket, self.ready.set))

    def get(self, path: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", path)
        return connection.getresponse()


@pytest.fixture
def running() -> Iterator[Running]:
    stream = Stream()
    running = Running(Portal(say_path, stream), stream)
    running.thread.start()
    assert running.ready.wait(5)
    yield running
    running.portal.stop()
    running.thread.join(5)


def test_pages_and_stream_share_one_address(running: Running):
    assert running.get("/subjects/").read() == b"page /subjects/"
    assert running.get("/eventsnot").read() == b"page /eventsnot"
    assert running.get("/events").readline() == b"data: hello\n"


def test_a_stream_ends_when_its_reader_leaves(running: Running):
    response = running.get("/events")
    response.readline()
    response.close()
    assert running.stream.left.wait(5)


def test_stopping_ends_open_streams_at_once_and_in_good_order(running: Running):
    response = running.get("/events")
    response.readline()
    start = time.monotonic()
    running.portal.stop()
    assert response.read() == b"\n"
    running.thread.join(5)
    assert time.monotonic() - start < 0.9, "the server waited for its patience to run out"
    assert running.stream.left.is_set()


def test_a_taken_port_gives_the_next_free_one():
    with free_socket(0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with free_socket(port) as found:
            assert port < found.getsockname()[1] < port + 50


def test_no_free_port_is_said_in_words(monkeypatch: pytest.MonkeyPatch):
    def refuse(self: socket.socket, address: Any) -> None:
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(OSError, match="No port from 8000 to 8049 is free"):
        free_socket(8000)


def test_the_socket_is_closed_to_other_machines():
    with free_socket(0) as found:
        assert found.getsockname()[0] == "127.0.0.1"


def test_a_failing_duty_does_not_end_the_others(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    from trialcrm.demo import serve

    ran = []

    def fail() -> None:
        ran.append(1)
        raise ValueError("broken duty")

    monkeypatch.setattr(serve.jobs, "run_due", fail)
    monkeypatch.setattr(serve, "close_old_connections", lambda: None)
    monkeypatch.setattr(serve.Duties, "pause", 0.01)
    duties = serve.Duties()
    duties.start()
    while len(ran) < 2:
        time.sleep(0.01)
    duties.stop()
    assert "broken duty" in caplog.text
    assert not duties.is_alive()

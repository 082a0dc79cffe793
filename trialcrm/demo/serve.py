"""Pages and live stream on one address, from one process.

Pages run in threads (WSGI), where Django is quickest; only the stream, which stays open for hours, runs in the event
loop (ASGI). In production each has a server of its own behind one reverse proxy.
"""

import asyncio
import errno
import logging
import socket
import threading
import warnings
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn
from a2wsgi import WSGIMiddleware
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from trialcrm.audit.triggers import assert_installed
from trialcrm.core import jobs

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
# Every package describes the ASGI messages in types of its own.
Application = Callable[[Any, Any, Any], Awaitable[None]]

#: The stream of pages, and that of programs.
STREAM_PATHS = ("/events", "/api/v1/events")
_THREADS = 12
_PORTS_TRIED = 50


class Portal(uvicorn.Server):
    """The whole portal on one socket; open streams end as soon as it is told to stop."""

    def __init__(self, pages: Callable[..., Any], stream: Application) -> None:
        self.closing = asyncio.Event()
        self._on_ready: Callable[[], None] = lambda: None
        divided = divide(WSGIMiddleware(pages, workers=_THREADS), ending(stream, self.closing))
        config = uvicorn.Config(
            divided,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)

    @classmethod
    def whole(cls) -> "Portal":
        """With the pages and the stream of this project; without the trail's triggers it refuses to start."""
        assert_installed()
        # Files are served from where they lie; only production collects them in the folder that is missed here.
        warnings.filterwarnings("ignore", "No directory at", UserWarning)
        return cls(get_wsgi_application(), get_asgi_application())

    def run_on(self, listening: socket.socket, on_ready: Callable[[], None]) -> None:
        """Serve until a signal (in the main thread) or `stop` (from another one)."""
        self._on_ready = on_ready
        asyncio.run(self.serve(sockets=[listening]))

    def stop(self) -> None:
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.closing.set()
        await super().shutdown(sockets=sockets)


def divide(pages: Application, stream: Application) -> Application:
    """An application that sends the paths of the stream to `stream` and all else to `pages`."""

    async def divided(scope: Any, receive: Receive, send: Send) -> None:
        is_stream = scope["path"].removesuffix("/") in STREAM_PATHS
        await (stream if is_stream else pages)(scope, receive, send)

    return divided


def ending(stream: Application, closing: asyncio.Event) -> Application:
    """The stream, which sees its reader leave once `closing` is set and then finishes its answer in good order."""

    async def ended(scope: Any, receive: Receive, send: Send) -> None:
        is_open = False

        async def receive_or_leave() -> Message:
            message, left = asyncio.ensure_future(receive()), asyncio.ensure_future(closing.wait())
            try:
                await asyncio.wait((message, left), return_when=asyncio.FIRST_COMPLETED)
                return message.result() if message.done() else {"type": "http.disconnect"}
            finally:
                message.cancel()
                left.cancel()

        async def watched_send(message: Message) -> None:
            nonlocal is_open
            is_open = message["type"] == "http.response.start" or message.get("more_body", False)
            await send(message)

        await stream(scope, receive_or_leave, watched_send)
        if is_open and closing.is_set():
            await send({"type": "http.response.body", "body": b""})

    return ended


def free_socket(port: int) -> socket.socket:
    """A socket on the loopback address: the port asked for, or the next free one; 0 takes any.

    Raises `OSError` when none of the next fifty is free.
    """
    for candidate in range(port, port + _PORTS_TRIED):
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", candidate))
            return listening
        except OSError as taken:
            listening.close()
            if taken.errno != errno.EADDRINUSE:
                raise
    raise OSError(f"No port from {port} to {port + _PORTS_TRIED - 1} is free.")


class Duties(threading.Thread):
    """Runs what is due (clocks, outbox, seals) while the portal serves; in production a timer calls the same."""

    pause = 1.0

    def __init__(self) -> None:
        super().__init__(name="duties", daemon=True)
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(self.pause):
            close_old_connections()
            try:
                jobs.run_due()
            except Exception:
                # One failed duty must not end the others; it is due again the next time.
                log.exception("A periodic duty failed.")

    def stop(self) -> None:
        self._ended.set()
        self.join(5)

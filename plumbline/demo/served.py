"""A server for the time of a block: on a thread of this process, so that it ends with the process whatever happens."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from fhir_server.middleware import App
from plumbline.serving import CannotServe

HOST = "127.0.0.1"
PORT = 8080
"""Where the server is looked for first."""
_PAUSE, _START_SECONDS, _GRACE = 0.01, 30.0, 2
_KEPT = 120
"""Seconds that a connection may be idle: whoever sends comes back after a while."""


@contextmanager
def served(app: App, port: int = 0) -> Iterator[int]:
    """The port of this machine where `app` answers within the block: `port` where it is free, else another.

    Raises CannotServe.
    """
    with _bound(port) as listening:
        config = uvicorn.Config(
            app,
            log_level="error",
            access_log=False,
            server_header=False,
            ws="none",
            lifespan="on",
            timeout_keep_alive=_KEPT,
            timeout_graceful_shutdown=_GRACE,
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, name="example-server", daemon=True)
        thread.start()
        try:
            _wait(server, thread)
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(_GRACE + _START_SECONDS)


def _bound(port: int) -> socket.socket:
    listening = socket.socket()
    if os.name != "nt":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError:
        listening.bind((HOST, 0))
    return listening


def _wait(server: uvicorn.Server, thread: Thread) -> None:
    last = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > last:
            raise CannotServe("the example server did not start")
        time.sleep(_PAUSE)

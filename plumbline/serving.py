"""Serve an application by one process or several that share what it holds, until they are told to stop."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

import uvicorn

from fhir_kernel.errors import PlumblineError
from fhir_server.middleware import App

GRACE = 10
"""Seconds that requests under way may still take once the server is told to stop."""
_BACKLOG = 2048
_PAUSE = 0.2
"""Seconds before a worker is replaced, so that one that cannot live does not keep the machine busy."""
_STOPPING = (signal.SIGINT, signal.SIGTERM)


class CannotServe(PlumblineError):
    """The address cannot be listened to."""


def serve(app: App, host: str, port: int, workers: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` gets the address as soon as it can be asked.

    Workers are forked once everything is loaded, so that they share its memory. One that dies is replaced; should this
    process die itself, they finish what is under way and end, too. Raises CannotServe.
    """
    alone = workers <= 1 or not hasattr(os, "fork")
    sockets = _listen(host, port, 1 if alone else workers)
    try:
        address = _address(sockets[0])
        if alone:
            ready(address)
            _run(app, sockets[0])
        else:
            _supervise(app, sockets, lambda: ready(address))
    finally:
        for each in sockets:
            each.close()


def _listen(host: str, port: int, count: int) -> list[socket.socket]:
    """Sockets at one address, among which the system spreads connections.

    One socket for all workers would not do: whoever wakes first takes every connection that waits. That the address is
    free is found out by the first, alone: sockets that share would share with another server's.
    """
    try:
        first = _bind(host, port, shared=False)
        if count > 1:
            port = first.getsockname()[1]
            first.close()
            return [_bind(host, port, shared=True) for _ in range(count)]
    except OSError as error:
        raise CannotServe(f"{host}, port {port}, cannot be listened to: {error.strerror or error}") from error
    return [first]


def _bind(host: str, port: int, *, shared: bool) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name != "nt":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _run(app: App, listening: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        ws="none",
        timeout_graceful_shutdown=GRACE,
    )
    gc.collect()
    gc.freeze()
    uvicorn.Server(config).run(sockets=[listening])


def _supervise(app: App, sockets: Sequence[socket.socket], ready: Callable[[], None]) -> None:
    children: dict[int, socket.socket] = {}
    stopping = False
    lifeline = os.pipe()

    def start(listening: socket.socket) -> None:
        """Signals wait until the child is known here, and can take them there."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
        if not stopping:
            children[_fork(app, listening, lifeline)] = listening
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for each in tuple(children):
            with suppress(ProcessLookupError):  # it has ended already, and is about to be taken off the list
                os.kill(each, signal.SIGTERM)

    for each in _STOPPING:
        signal.signal(each, stop)
    for listening in sockets:
        start(listening)
    ready()
    while children:
        child, status = os.wait()
        listening = children.pop(child)
        if not stopping:
            sys.stderr.write(f"plumbline: worker {child} ended with status {status}; another takes its place\n")
            time.sleep(_PAUSE)
            start(listening)


def _fork(app: App, listening: socket.socket, lifeline: tuple[int, int]) -> int:
    child = os.fork()
    if child:
        return child
    for each in _STOPPING:
        signal.signal(each, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    status = 1
    try:
        reading, writing = lifeline
        os.close(writing)
        threading.Thread(target=_outlive_nobody, args=(reading,), name="lifeline", daemon=True).start()
        _run(app, listening)
        status = 0
    except Exception:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _outlive_nobody(lifeline: int) -> None:
    """End this worker as SIGTERM does once nobody holds the other end of the pipe: its supervisor has died."""
    os.read(lifeline, 1)
    sys.stderr.write(f"plumbline: worker {os.getpid()} ends, because the process that started it has died\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGTERM)

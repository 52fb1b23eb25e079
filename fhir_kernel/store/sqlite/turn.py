"""Where work under way is run: in the event loop of who waits for it, or on the thread that writes.

Work is a few steps of Python. Run beside the loop, on another thread, both would take turns at the one interpreter, at
the loss of either; as a callback of the loop it is done at once, while the thread is left with what goes on without the
interpreter: to insert rows and to wait for the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Lock

_PATIENCE = 0.05
"""Seconds; a loop that is busy for longer is not waited for, since others wait for the lock of the file."""


class TakesLong(BaseException):
    """Work asks for something that may take long, and so is not to be run in an event loop."""


def run_in_turn(loop: asyncio.AbstractEventLoop, work: Callable[[], None], *, patience: float = _PATIENCE) -> None:
    """Have the loop run `work`, or run it here where the loop does not come to it; wait for its end.

    Raises what the work raises.
    """
    taken, done = Lock(), Future[None]()

    def take() -> None:
        if not taken.acquire(blocking=False):
            return
        try:
            work()
        except BaseException as error:
            done.set_exception(error)
        else:
            done.set_result(None)

    try:
        loop.call_soon_threadsafe(take)
    except RuntimeError:  # the loop has been closed
        take()
    wait([done], patience)
    take()
    done.result()

"""Waits until somebody stops the demonstration; SIGTERM is as good as Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event
from types import FrameType
from typing import NoReturn


@contextmanager
def stoppable() -> Iterator[None]:
    """Within the block SIGTERM raises KeyboardInterrupt, so that everything is closed."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def wait(ready: Callable[[], None]) -> None:
    """Call `ready`, and return when it is stopped."""
    with suppress(KeyboardInterrupt):  # to be stopped is how it ends
        ready()
        Event().wait()


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt

"""Progress bars on standard error, for long work that a person watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from fhir_kernel.packages.progress import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Checked(Protocol):
    """What came of a piece of input of so many bytes."""

    @property
    def size(self) -> int: ...


Piece = TypeVar("Piece", bound=Checked)
PATIENCE = 0.7
"""Seconds of work before a bar is shown."""


def is_watched() -> bool:
    """Whether a person sees standard error."""
    return sys.stderr.isatty()


@contextmanager
def stages(*, plain: bool = False) -> Iterator[Progress]:
    """A callback that shows how far each stage is; `plain` tells the stages in lines where nobody watches a bar."""
    shown = Stages(plain)
    try:
        yield shown
    finally:
        shown.stop()


def checked(rows: Iterator[Piece], total: int, *, patience: float = PATIENCE) -> Iterator[Piece]:
    """Pass `rows` on under a bar that counts their bytes out of `total`; no bar for what takes but a moment."""
    if not is_watched():
        yield from rows
        return
    shown, done, began = Stages(plain=False), 0, time.monotonic()
    try:
        for row in rows:
            done += row.size
            if time.monotonic() - began > patience:
                shown("validate", min(done, total), total or None)
            yield row
    finally:
        shown.stop()


class Stages:
    """The bar of the stage under way; made when it is needed, because the library takes a while to load."""

    def __init__(self, plain: bool) -> None:
        self._plain = plain
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}
        self._told: set[str] = set()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if is_watched():
            self._show(stage, done, total)
        elif self._plain and stage not in self._told:
            self._told.add(stage)
            sys.stderr.write(f"{stage} …\n")

    def stop(self) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _show(self, stage: str, done: int, total: int | None) -> None:
        if self._bar is None:
            self._bar = _new_bar()
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage, total=total)
        self._bar.update(self._tasks[stage], completed=done, total=total)


def _new_bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.start()
    return bar

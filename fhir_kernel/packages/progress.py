"""How long work tells its caller how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called often; must return at once."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """`stage` is a short English phrase; `done` of `total` units (bytes or files), None where nobody knows."""


def silent(stage: str, done: int, total: int | None) -> None:
    """Tells nobody."""

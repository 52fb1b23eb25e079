"""Plays the story against a server of its own, whose clock is moved on where days have to pass."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from fhir_kernel.issues import Language
from fhir_kernel.settings import load_settings
from plumbline.demo.registry import holding, making
from plumbline.demo.registry.calendar import Calendar
from plumbline.demo.registry.premises import premises
from plumbline.demo.registry.project import Project
from plumbline.demo.registry.scene import Scene, Step, Told
from plumbline.sample import editions

STEPS: Sequence[Step] = (*making.STEPS, *holding.STEPS)
START = datetime(2025, 1, 6, 1, tzinfo=UTC)
"""When the story begins; it ends within 13 months, which is long over."""
_BESIDE = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where things lie, all below `folder`."""

    folder: Path

    @property
    def store(self) -> Path:
        """The file of the store."""
        return self.folder / "registry.sqlite"

    @property
    def keys(self) -> Path:
        """The folder of the keys that sign tokens and packages."""
        return self.folder / "registry-keys"


@dataclass(frozen=True, slots=True)
class Line:
    """A step that was taken: the day in the story, the stage of the text after it, and what it told."""

    day: date
    stage: str
    step: Step
    told: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Played:
    """The story, and the ids by which it can be looked at."""

    lines: Sequence[Line]
    first: Project
    second: Project
    comments: str
    """The first round of comments."""
    events: int
    """How many of both editions are kept."""


def play(stage: Stage, language: Language, done: Callable[[int], None]) -> Played:
    """Begin with an empty store, serve, take every step and stop; `done` hears of each.

    Raises PlumblineError, OSError.
    """
    _empty(stage)
    settings = replace(load_settings(), store=f"sqlite:///{stage.store}", key_folder=stage.keys)
    lines: list[Line] = []
    with premises(settings, Calendar(START), language) as place:
        first, second = (Project(place.asking, place.calendar, each) for each in editions())
        scene = Scene(place, language, first, second)
        for each in STEPS:
            told = tuple(each.do(scene))
            lines.append(Line(place.calendar.today, scene.project.state, each, told))
            done(len(lines))
        events = first.event_count() + second.event_count()
    return Played(lines, first, second, scene.rounds["comments"], events)


def _empty(stage: Stage) -> None:
    stage.folder.mkdir(parents=True, exist_ok=True)
    for suffix in _BESIDE:
        stage.store.with_name(stage.store.name + suffix).unlink(missing_ok=True)
    shutil.rmtree(stage.keys, ignore_errors=True)

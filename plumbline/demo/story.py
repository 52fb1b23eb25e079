"""The story: one standard, one server and one store, in chapters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from fhir_kernel.issues import Language
from fhir_kernel.settings import load_settings
from plumbline.demo.provinces.cast import cast
from plumbline.demo.registry import holding, making
from plumbline.demo.registry.calendar import Calendar
from plumbline.demo.registry.premises import premises
from plumbline.demo.registry.project import Project
from plumbline.demo.registry.scene import Scene, Shown, Step, Told
from plumbline.demo.scores import steps
from plumbline.demo.scores.evaluation import Evaluation
from plumbline.demo.served import PORT
from plumbline.demo.stage import Stage
from plumbline.sample import editions
from registry.sentence import Sentence

START = datetime(2025, 1, 6, 1, tzinfo=UTC)
"""When the story begins; it ends within 16 months."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Some steps under a title."""

    title: Sentence
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Line:
    """A step that was taken: the day in the story, the stage of the text after it, and what it told."""

    day: date
    stage: str
    step: Step
    told: Sequence[Told | Shown]


CHAPTERS = (
    Chapter(
        Sentence("A standard is made and comes into force", "标准的制定与实施"), (*making.STEPS, *holding.IN_FORCE)
    ),
    Chapter(
        Sentence(
            "Twelve institutions of three provinces send records, and are scored", "三省十二家机构上报记录并接受评价"
        ),
        steps.FIRST,
    ),
    Chapter(Sentence("What is mended raises the score", "整改提高得分"), steps.SECOND),
    Chapter(Sentence("The evidence leads to a second edition", "依据证据修订标准"), holding.REVISED),
)


@contextmanager
def opened(stage: Stage, seed: int, language: Language) -> Iterator[Scene]:
    """An empty store and a server that answers within the block. Raises PlumblineError, OSError."""
    stage.clear()
    settings = replace(load_settings(), store=f"sqlite:///{stage.store}", key_folder=stage.keys)
    members = cast(seed)
    installations = [each.installation for each in members]
    with premises(settings, Calendar(START), language, installations, PORT) as place:
        first, second = (Project(place.asking, place.calendar, each) for each in editions())
        yield Scene(place, language, first, second, Evaluation(seed, members))


def take(scene: Scene, step: Step) -> Line:
    """Take a step, and say what it told. Raises PlumblineError, OSError."""
    told = tuple(step.do(scene))
    return Line(scene.place.calendar.today, scene.project.state, step, told)

"""Tells the whole story on the screen, and leaves the server running."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator
from pathlib import Path

from fhir_kernel.issues import Language
from plumbline.demo.addresses import address, login, open_to_all
from plumbline.demo.program import program
from plumbline.demo.registry.scene import Scene
from plumbline.demo.reports import keep_reports
from plumbline.demo.screen import Screen
from plumbline.demo.stage import Stage, stage
from plumbline.demo.stopping import stoppable, wait
from plumbline.demo.story import CHAPTERS, START, Chapter, opened, take
from plumbline.demo.words import word
from plumbline.progress import stages


def show(output: Path | None, seed: int, language: Language, *, stay: bool) -> None:
    """Play the story and print it; `stay` serves on until it is stopped. Raises PlumblineError, OSError."""
    began, place, screen = time.monotonic(), stage(output), Screen(language)
    with stoppable(), opened(place, seed, language) as scene:
        screen.notes((word("title", language, seed=seed), word("where", language, path=place.folder)))
        for each in CHAPTERS:
            _show_chapter(scene, each, screen)
        screen.notes(_notes(scene, place))
        screen.notes((word("took", language, seconds=round(time.monotonic() - began)),))
        if stay:
            wait(lambda: screen.notes((word("stop", language),)))


def _show_chapter(scene: Scene, chapter: Chapter, screen: Screen) -> None:
    title = chapter.title.said_in(scene.language)
    screen.title(title)
    for number, step in enumerate(chapter.steps):
        with stages() as shown:
            shown(title, number, len(chapter.steps))
            scene.evaluation.told = shown
            line = take(scene, step)
        screen.line(line)


def _notes(scene: Scene, place: Stage) -> Iterator[str]:
    language, calendar = scene.language, scene.place.calendar
    yield ""
    yield word("marks", language)
    yield word("clock", language, first=START.date(), last=calendar.today)
    yield ""
    yield word("open", language, address=address(scene))
    name = scene.evaluation.mender.name
    yield from (f"  {path.as_uri()}   {word('report', language, name=name)}" for path in keep_reports(scene, place))
    yield from (f"  {address(scene)}{path}   {word(key, language)}" for key, path in open_to_all(scene))
    yield word("login", language)
    yield from (f"  {each}" for each in login(scene))
    yield word("again", language)
    words = [program(), "serve", "--open", "--store", f"sqlite:///{place.store}"]
    yield f"  PLUMBLINE_KEY_FOLDER={shlex.quote(str(place.keys))} {shlex.join(words)}"

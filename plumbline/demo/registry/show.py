"""Show the life of the sample standard, what was refused on the way, and where to look at it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from fhir_kernel.issues import Language
from plumbline.demo.program import program
from plumbline.demo.registry.act import STEPS, Line, Played, Stage, play
from plumbline.demo.registry.words import word
from plumbline.progress import stages
from plumbline.sample import PACKAGE_NAME, editions, faulty_folder
from registry.sentence import Sentence

_SERVER = "http://127.0.0.1:8080"
_INDENT = (0, 0, 0, 19)
_MARKS = {"refused": ("✗", "red"), "seen": ("·", "green")}


def show_registry(output: Path, language: Language) -> None:
    """Play the story and print it. Raises PlumblineError, OSError."""
    stage, title = Stage(output.resolve()), word("progress", language)
    with stages() as shown:
        played = play(stage, language, lambda count: shown(title, count, len(STEPS)))
    sys.stdout.write(f"\n{word('title', language)}\n\n")
    sys.stdout.flush()
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    for each in played.lines:
        _print(console, each, language)
    sys.stdout.write("\n".join(("", *_notes(stage, played, language), "")))


def _print(console: Console, line: Line, language: Language) -> None:
    who, what = _said(line.step.who, language), _said(line.step.what, language)
    console.print(Text.assemble(f"{line.day}  {line.stage}  ", (who, "bold"), f"  {what}"))
    for each in line.told:
        mark, colour = _MARKS[each.kind]
        console.print(Padding(Text.assemble((mark, colour), f" {each.text}"), _INDENT, expand=False))


def _said(sentence: Sentence, language: Language) -> str:
    return sentence.zh if language == "zh" else sentence.en


def _notes(stage: Stage, played: Played, language: Language) -> Iterator[str]:
    first, last = played.lines[0].day, played.lines[-1].day
    yield word("marks", language)
    yield word("clock", language, first=first, last=last)
    yield word("kept", language, path=stage.store, count=played.events)
    yield ""
    yield word("try", language)
    words = [program(), "serve", "--open", "--store", f"sqlite:///{stage.store}"]
    yield f"  PLUMBLINE_KEY_FOLDER={shlex.quote(str(stage.keys))} {shlex.join(words)}"
    yield word("open", language)
    yield from (f"  {_SERVER}{path}   {word(key, language)}" for key, path in _addresses(played))
    yield word("send", language)
    record = shlex.quote(f"@{faulty_folder(editions()[1]) / 'patient-birth-date-missing.json'}")
    yield f"  curl -H 'Content-Type: application/fhir+json' --data-binary {record} {_SERVER}/fhir/Patient"


def _addresses(played: Played) -> Iterator[tuple[str, str]]:
    first, second = played.first, played.second
    yield "standard", f"/api/standards/{first.standard}"
    yield "events", f"/api/projects/{first.id}/events"
    yield "comments", f"/api/consultations/{played.comments}/table?format=html"
    yield "announcement", f"/api/editions/{second.standard}/{second.edition}/announcement"
    yield "rules", f"/api/rules?type=Patient&day={played.lines[-1].day - timedelta(200)}"
    yield "package", f"/packages/{PACKAGE_NAME}"
    yield "profile", "/fhir/StructureDefinition/sample-patient"

"""Show what became of the records that institutions sent, and how to ask the server oneself."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fhir_kernel.issues import Language
from plumbline.demo import package_folder, records_folder
from plumbline.demo.act import Stage, Tally, perform
from plumbline.demo.evidence import Kept
from plumbline.demo.program import program
from plumbline.demo.words import word

_REASONS = 3
_WIDTH = 140
_FHIR = "http://127.0.0.1:8080/fhir"


def show_act(output: Path, language: Language) -> None:
    """Let institutions send, and print what became of it. Raises PlumblineError, OSError."""
    stage = Stage(output.resolve())
    tallies, kept = perform(stage, language)
    sys.stdout.write(f"\n{word('title', language, count=len(tallies))}\n\n")
    sys.stdout.flush()
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    console.print(_verdicts(tallies, kept, language))
    console.print()
    console.print(_reasons(tallies, language))
    sys.stdout.write("\n".join(("", *_notes(stage, kept, language), "")))


def _verdicts(tallies: Sequence[Tally], kept: Kept, language: Language) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(word("institution", language))
    for key in ("sent", "accepted", "warned", "refused", "observed"):
        table.add_column(word(key, language), justify="right")
    for each in tallies:
        counts = each.verdicts
        observed = kept.observed[each.organisation.id]
        numbers = (counts.total(), counts["accepted"], counts["warned"], counts["refused"], observed)
        table.add_row(Text(each.organisation.name), *map(str, numbers))
    return table


def _reasons(tallies: Sequence[Tally], language: Language) -> Table:
    """The most frequent reasons of each, the first beside its name."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(word("institution", language))
    table.add_column("", justify="right", style="red")
    table.add_column(word("reasons", language), overflow="fold")
    for each in tallies:
        name = each.organisation.name
        for count, text in each.frequent(_REASONS):
            table.add_row(Text(name), str(count), Text(text))
            name = ""
    return table


def _notes(stage: Stage, kept: Kept, language: Language) -> Iterator[str]:
    yield word("modes", language)
    yield word("policy", language, path=stage.policy)
    yield word("evidence", language, count=kept.total, path=stage.store)
    yield ""
    yield word("try", language)
    words = [program(), "serve", "--open", "--store", f"sqlite:///{stage.store}", "--load", str(package_folder())]
    yield f"  PLUMBLINE_ENFORCEMENT_FILE={shlex.quote(str(stage.policy))} {shlex.join(words)}"
    yield word("ask", language)
    yield f"  curl '{_FHIR}/Observation?_tag=accepted-with-issues&_elements=code,meta&_count=2'"
    faulty = shlex.quote(f"@{records_folder() / 'patient-wrong-gender-code.json'}")
    yield f"  curl -H 'Content-Type: application/fhir+json' --data-binary {faulty} {_FHIR}/Patient"

"""The files of an import, known by what is in them, so that one that was imported is known under any name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from plumbline.inputs import Document, InputMissing, files_in, read_all


@dataclass(frozen=True, slots=True)
class Source:
    """A file, and how many of its documents an earlier import has dealt with."""

    path: str
    digest: str
    size: int
    """Bytes on disk."""
    done: int = 0


class Item(NamedTuple):
    """A document of a source, the first being number 0; None is what comes after the last."""

    source: int
    number: int
    document: Document | None


def find_sources(paths: Sequence[str]) -> Iterator[Source]:
    """The files that `paths` name; of those that hold the same, the first. Raises InputMissing, OSError."""
    absent = [path for path in paths if not Path(path).exists()]
    if absent:
        raise InputMissing(f"no such file or folder: {', '.join(absent)}")
    seen: set[str] = set()
    for file in files_in(paths):
        digest = _digest(file)
        if digest not in seen:
            seen.add(digest)
            yield Source(str(file), digest, file.stat().st_size)


def items_of(sources: Sequence[Source]) -> Iterator[Item]:
    """What there is still to do of each source, in order."""
    for place, source in enumerate(sources):
        number = source.done
        for number, document in islice(enumerate(read_all([source.path])), source.done, None):
            yield Item(place, number, document)
        yield Item(place, number + 1, None)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()

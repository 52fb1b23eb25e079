"""The two editions: where their packages, faulty examples and documents lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plumbline.sample.lines import FOLDER, lines

PACKAGE_NAME = "cn.plumbline.sample"
CANONICAL = "https://plumbline.dev/fhir/sample"
"""What the canonical URLs of all definitions begin with; both editions have the same URLs."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition. `version` is that of the package and of every definition in it."""

    number: int
    version: str

    def profile(self, name: str) -> str:
        """The canonical of a profile with its version: `patient`, `laboratory-result`."""
        return f"{CANONICAL}/StructureDefinition/sample-{name}|{self.version}"


@dataclass(frozen=True, slots=True)
class Document:
    """A text in Markdown, by the code that the rules of the lifecycle have for it: `proposal`, `comment-draft`."""

    code: str
    path: Path


def editions() -> Sequence[Edition]:
    """The editions, the older one first; the second changes some things so that records may fail which were valid."""
    return (Edition(1, "2025.0.0"), Edition(2, "2026.0.0"))


def package_folder(edition: Edition) -> Path:
    """The folder with package.json, the definitions, and below `example` the examples that conform."""
    return _folder(edition) / "package"


def faulty_folder(edition: Edition) -> Path:
    """The examples that do not conform, one file each, named after what they break; `expected` tells the findings."""
    return _folder(edition) / "faulty"


def documents(edition: Edition) -> Sequence[Document]:
    """What the checklists of the stages ask for; drafts and the official text are the same file.

    What the registry makes itself (table of comments, ballot papers, minutes, roster, data) is not among them.
    """
    folder = _folder(edition) / "documents"
    return tuple(Document(row["code"], folder / row["file"]) for row in lines("documents.csv"))


def text_file(edition: Edition) -> Path:
    """The text of the standard with its numbered clauses."""
    return _folder(edition) / "documents" / "text.md"


def _folder(edition: Edition) -> Path:
    return FOLDER / f"edition{edition.number}"

"""What is refused in an import, and why: counted for the report, and written out to be mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple

from conformance.validator.path import plain
from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.issues import ISSUE_ID_SYSTEM
from fhir_kernel.resource import Resource
from fhir_server.outcomes import outcome
from plumbline.importing.prepared import Prepared, Refused


class Reason(NamedTuple):
    """Why: the id of the issue, or its type where it has none, and the element."""

    issue: str
    path: str


@dataclass(slots=True)
class Example:
    """How often a reason was met, and where first, with what was said there."""

    input: str
    text: str
    count: int = 0


class Outcomes:
    """Notes what is refused; writes it to a file, where one is given, as a line each.

    A line has `input`, the OperationOutcome and the resource, where one could be read.
    """

    def __init__(self, path: Path | None, *, goes_on: bool) -> None:
        """`goes_on`: add to a file that an earlier import wrote. Raises OSError."""
        self.reasons: dict[Reason, Example] = {}
        self._file: IO[bytes] | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab" if goes_on else "wb")

    def __enter__(self) -> Outcomes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def note(self, documents: Iterable[Prepared]) -> None:
        """Before they are written: a line that comes twice after a crash does less harm than one that never comes."""
        for document in documents:
            for refused in document.refused:
                self._count(document.input, refused)
                if self._file is not None:
                    self._file.write(_line(document.input, refused))
        if self._file is not None:
            self._file.flush()

    def _count(self, place: str, refused: Refused) -> None:
        for each in refused.issues:
            if each["severity"] in ("error", "fatal"):
                known = self.reasons.setdefault(_reason(each), Example(place, each["details"]["text"]))
                known.count += 1


def _reason(issue: Resource) -> Reason:
    codings = issue["details"].get("coding", ())
    known = [each["code"] for each in codings if each["system"] == ISSUE_ID_SYSTEM]
    path = plain(next(iter(issue.get("expression", ())), ""))
    return Reason(known[0] if known else issue["code"], path)


def _line(place: str, refused: Refused) -> bytes:
    row: Resource = {"input": place, "outcome": outcome(refused.issues)}
    if refused.resource is not None:
        row["resource"] = refused.resource
    return write_json(row) + b"\n"

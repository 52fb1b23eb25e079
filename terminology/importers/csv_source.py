"""Tables as text with separators (RFC 4180), in the encodings and with the separators that Chinese tables come in."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path

from fhir_kernel.packages.progress import Progress, silent
from terminology.importers.encodings import Encoding, check_encoding, find_encoding
from terminology.importers.imported import Findings, ImportFinding, ImportRefused, Severity
from terminology.importers.layout import Row

_SEPARATORS = ",;\t"
_QUOTED = re.compile(r'"[^"]*"')
_TOLD_EVERY = 10_000
"""Rows between two words about progress."""


@dataclass(frozen=True, slots=True)
class CsvSource:
    """A file of separated values; `encoding` and `separator` are found out where they are not given."""

    path: Path
    encoding: str | None = None
    separator: str | None = None
    progress: Progress = silent
    _known: list[Encoding] = field(default_factory=list, init=False, repr=False)

    @property
    def name(self) -> str:
        return self.path.name

    def rows(self, findings: Findings) -> Iterator[Row]:
        """The rows with the line at which each begins. Raises ImportRefused, OSError."""
        encoding = self._encoding()
        for line in encoding.odd_lines:
            found = "a line in UTF-8" if encoding.name != "utf-8" else "a line in GB18030"
            finding = ImportFinding("mixed-encodings", Severity.ERROR, found, f"{encoding.name} as elsewhere", line)
            findings.add(finding)
        size = self.path.stat().st_size
        errors = "replace" if encoding.odd_lines else "strict"
        with self.path.open("rb") as file:
            text = TextIOWrapper(file, encoding.name, errors, newline="")
            separator = self.separator or _separator(text.readline())
            text.seek(0)
            yield from self._records(text, separator, lambda: self.progress("read", min(file.tell(), size), size))

    def _records(self, text: TextIOWrapper, separator: str, tell: Callable[[], None]) -> Iterator[Row]:
        reader = csv.reader(text, delimiter=separator)
        line = count = 0
        try:
            for cells in reader:
                yield line + 1, cells
                line = reader.line_num
                count += 1
                if count % _TOLD_EVERY == 0:
                    tell()
        except csv.Error as error:
            raise ImportRefused(f"{self.name}, line {reader.line_num}: {error}") from error

    def _encoding(self) -> Encoding:
        if not self._known:
            given = self.encoding
            self._known.append(check_encoding(self.path, given) if given else find_encoding(self.path))
        return self._known[0]


def _separator(line: str) -> str:
    """The separator that is most frequent outside quotation marks, a comma if there is none."""
    bare = _QUOTED.sub("", line)
    return max(_SEPARATORS, key=bare.count)

"""Looks at every row of an import, whatever its source: duplicates, blanks, look-alike characters, broken parents."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from terminology.importers.imported import Findings, FindingsRefused, ImportFinding, Severity
from terminology.tables.hierarchy_build import build_hierarchy
from terminology.tables.index_build import ConceptRow

# White space but for the plain blank, what has no width, and the full-width forms of ASCII.
_UNUSUAL = re.compile(r"[^\S ]|[\x00-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]|[\uff01-\uff5e]|^ | $| {2}")
_NO_WIDTH = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_FULL_WIDTH = re.compile(r"[\uff01-\uff5e]")
_NO_CODE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Read(NamedTuple):
    """A row with its place in the source."""

    line: int
    fingerprint: int
    """The same for rows that say the same."""
    row: ConceptRow


def checked(read: Iterable[Read], findings: Findings, *, case_sensitive: bool = True) -> Iterator[ConceptRow]:
    """The rows that can be imported, each code once; everything else becomes a finding.

    Of rows with the same code the first stands. Findings that need all rows are made after the last.
    """
    order: dict[str, int] = {}
    lines, prints = array("q"), array("q")  # by order: a million of them take 16 MB
    edges = _Edges()
    for line, fingerprint, row in read:
        code = row.concept["code"]
        if not code:
            findings.add(_finding("blank-code", Severity.ERROR, "no code", "a code in every row", line, "code"))
            continue
        if (first := order.get(code)) is not None:
            findings.add(_duplicate(code, line, lines[first], same=prints[first] == fingerprint))
            continue
        order[code] = len(lines)
        lines.append(line)
        prints.append(fingerprint)
        if _UNUSUAL.search(code):
            _look_at_characters(code, line, findings)
        if not row.concept.get("display"):
            text = f"no display for {code!r}"
            findings.add(_finding("blank-display", Severity.WARNING, text, "a display for every code", line, "display"))
        for parent in row.parents:
            edges.add(order[code], parent, order.get(parent), line)
        yield row
    _look_at_parents(edges, order, findings)
    _look_at_cycles(edges, order, lines, findings)
    _look_at_case(order, lines, findings, case_sensitive)


def stripped(code: str, line: int, findings: Findings) -> str:
    """`code` without the white space around it, of which a finding tells."""
    clean = code.strip()
    if clean != code and clean:
        findings.add(_finding("white-space", Severity.WARNING, ascii(code), ascii(clean), line, "code"))
    return clean


def refuse_errors(rows: Iterable[ConceptRow], findings: Findings) -> Iterator[ConceptRow]:
    """Passes rows on; after the last raises FindingsRefused if there are errors, so that whoever writes them stops."""
    yield from rows
    errors = [each for each in findings if each.severity is Severity.ERROR]
    if errors:
        count = findings.number(Severity.ERROR)
        raise FindingsRefused(f"{count} finding{'s' * (count > 1)} of severity error, the first: {errors[0]}")


def _duplicate(code: str, line: int, first: int, *, same: bool) -> ImportFinding:
    if same:
        text = f"{code!r} as in row {first}"
        return _finding("duplicate-row", Severity.WARNING, text, "each row once", line, "code")
    text = f"{code!r}, of which row {first} says something else"
    return _finding("duplicate-code", Severity.ERROR, text, "each code once", line, "code")


def _look_at_characters(code: str, line: int, findings: Findings) -> None:
    if _FULL_WIDTH.search(code):
        half = unicodedata.normalize("NFKC", code)
        findings.add(_finding("full-width", Severity.WARNING, repr(code), f"half-width {half!r}", line, "code"))
    clean = " ".join(_NO_WIDTH.sub("", code).split())
    if clean != code:
        findings.add(_finding("white-space", Severity.WARNING, ascii(code), repr(clean), line, "code"))
    if _NO_CODE.search(code):
        text = "a code without control characters"
        findings.add(_finding("control-character", Severity.ERROR, ascii(code), text, line, "code"))


@dataclass(slots=True)
class _Edges:
    """Who was said to be above whom, by the order of the rows."""

    children: array[int] = field(default_factory=lambda: array("I"))
    parents: array[int] = field(default_factory=lambda: array("I"))
    late: list[tuple[int, str, int]] = field(default_factory=list)
    """Child, parent and line, where the parent had not been read before its child."""

    def add(self, child: int, parent: str, place: int | None, line: int) -> None:
        if place is None or place == child:
            self.late.append((child, parent, line))
        else:
            self.children.append(child)
            self.parents.append(place)


def _look_at_parents(edges: _Edges, codes: Container[str], findings: Findings) -> None:
    told: set[str] = set()
    for _, parent, line in edges.late:
        if parent not in codes and parent not in told:
            told.add(parent)
            expected = "a parent that has a row of its own"
            findings.add(_finding("unknown-parent", Severity.ERROR, repr(parent), expected, line, "parent"))


def _look_at_cycles(edges: _Edges, order: Mapping[str, int], lines: Sequence[int], findings: Findings) -> None:
    """Where every parent was read before its children there are none."""
    if not any(parent in order for _, parent, _ in edges.late):
        return
    above: list[list[int]] = [[] for _ in order]
    for child, place in zip(edges.children, edges.parents, strict=True):
        above[child].append(place)
    for child, parent, _ in edges.late:
        if parent in order:
            above[child].append(order[parent])
    codes = list(order)
    for child, place in build_hierarchy(above).dropped:
        text = f"{codes[place]!r} as a parent of {codes[child]!r}, which is above it or is it"
        findings.add(_finding("cycle", Severity.ERROR, text, "a hierarchy without cycles", lines[child], "parent"))


def _look_at_case(order: Mapping[str, int], lines: Sequence[int], findings: Findings, case_sensitive: bool) -> None:
    if len({code.casefold() for code in order}) == len(order):
        return
    severity = Severity.WARNING if case_sensitive else Severity.ERROR
    firsts: dict[str, str] = {}
    for code, place in order.items():
        other = firsts.setdefault(code.casefold(), code)
        if other != code:
            text = f"{code!r}, which differs from {other!r} of row {lines[order[other]]} in case alone"
            findings.add(_finding("case-duplicate", severity, text, "codes that differ in more", lines[place], "code"))


def _finding(kind: str, severity: Severity, found: str, expected: str, line: int, column: str) -> ImportFinding:
    return ImportFinding(kind, severity, found, expected, line, column)

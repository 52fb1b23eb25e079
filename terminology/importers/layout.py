"""Finds the columns of a table: as a mapping names them, or by the usual headings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from terminology.importers.headings import HEADINGS, folded
from terminology.importers.imported import ImportRefused
from terminology.importers.mapping import Column, DesignationColumn, PropertyColumn, TableMapping

Row: TypeAlias = tuple[int, Sequence[str]]
"""Its number in the source from 1, and its cells."""
_SEARCHED_ROWS = 20
"""Titles and notes may stand above the headings, but not more than this."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns by their place from 0; None where the table has no such column."""

    first_row: int
    """The number of the first row with a concept."""
    width: int
    """The number of headings; 0 where there are none."""
    code: int
    display: int | None
    definition: int | None
    parent: int | None
    status: int | None
    designations: tuple[tuple[int, DesignationColumn], ...]
    properties: tuple[tuple[int, PropertyColumn], ...]


def find_layout(rows: Iterable[Row], mapping: TableMapping, source: str) -> Layout:
    """Where the columns of `mapping` are in a table; raises ImportRefused naming the key and the headings found."""
    top = list(islice(rows, _SEARCHED_ROWS))
    if not top:
        raise ImportRefused(f"{source}: found no row; expected a table with headings")
    roles = dict(mapping.columns) or dict(HEADINGS)
    if "code" not in roles:
        raise ImportRefused(f"{source}: columns: found {', '.join(roles)}; expected code among them")
    number, cells = _headings(top, roles["code"], source)
    search = _Search(source, tuple(cells), {folded(each): n for n, each in reversed(list(enumerate(cells)))})
    named = bool(mapping.columns)
    places = {role: search.place(f"columns.{role}", column, optional=not named) for role, column in roles.items()}
    code = places["code"]
    assert code is not None  # _headings found it
    return Layout(
        first_row=mapping.first_row or number + 1,
        width=len(cells),
        code=code,
        display=places.get("display"),
        definition=places.get("definition"),
        parent=places.get("parent"),
        status=places.get("status"),
        designations=tuple(
            (place, each)
            for n, each in enumerate(mapping.designations, start=1)
            if (place := search.place(f"designations[{n}].column", each.column, each.optional)) is not None
        ),
        properties=tuple(
            (place, each)
            for n, each in enumerate(mapping.properties, start=1)
            if (place := search.place(f"properties[{n}].column", each.column, each.optional)) is not None
        ),
    )


def _headings(top: Sequence[Row], code: Column, source: str) -> Row:
    """The row that has the heading of the code column; a row 0 without cells where that column goes by number."""
    if all(each.isdecimal() for each in code):
        return 0, ()
    wanted = {folded(each) for each in code}
    for number, cells in top:
        if len(cells) > 1 and not wanted.isdisjoint(map(folded, cells)):
            return number, cells
    first = next((cells for _, cells in top if any(cells)), ())
    raise ImportRefused(f"{source}: columns.code: found the headings {_listed(first)}; expected {_expected(code)}")


@dataclass(frozen=True, slots=True)
class _Search:
    source: str
    cells: tuple[str, ...]
    places: dict[str, int]

    def place(self, key: str, column: Column, optional: bool) -> int | None:
        for each in column:
            if (found := self.places.get(folded(each))) is not None:
                return found
            if each.isdecimal() and int(each) > 0 and (not self.cells or int(each) <= len(self.cells)):
                return int(each) - 1
        if optional:
            return None
        found_text = _listed(self.cells) if self.cells else "no headings"
        raise ImportRefused(f"{self.source}: {key}: found the headings {found_text}; expected {_expected(column)}")


def _expected(column: Column) -> str:
    return " or ".join(map(repr, column))


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(repr(each) for each in texts if each) or "none"

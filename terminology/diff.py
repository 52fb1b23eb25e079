"""What changed between two versions of a code system, concept by concept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from fhir_kernel.packages.progress import Progress, silent
from terminology.tables.table import Table

_TOLD_EVERY = 10_000


class Kind(StrEnum):
    """What happened to a concept; several may to the same."""

    REMOVED = "removed"
    DISPLAY = "display"
    """Its display is another."""
    MOVED = "moved"
    """Its parents are others."""
    STATUS = "status"
    """It came out of use, or into use again."""
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one concept: `before` and `after` are displays, parents separated by `|`, or active or inactive."""

    kind: Kind
    code: str
    display: str
    """The newest display, empty where there is none."""
    before: str = ""
    after: str = ""


def differences(old: Table, new: Table, *, progress: Progress = silent) -> Iterator[Change]:
    """What of `old` is gone or changed, in its order, then what `new` adds, in its own order.

    The order of siblings and of parents does not count, nor do definitions, designations and other properties.
    """
    total = len(old) + len(new)
    for position in range(len(old)):
        if position % _TOLD_EVERY == 0:
            progress("compare", position, total)
        code = old.code(position)
        place = new.position(code)
        if place is None:
            yield Change(Kind.REMOVED, code, old.display(position) or "")
        else:
            yield from _changes(code, old, position, new, place)
    for place in range(len(new)):
        if place % _TOLD_EVERY == 0:
            progress("compare", len(old) + place, total)
        code = new.code(place)
        if old.position(code) is None:
            yield Change(Kind.ADDED, code, new.display(place) or "", after="|".join(parent_codes(new, place)))


def parent_codes(table: Table, position: int) -> list[str]:
    """The codes of the parents of a concept, the primary one first."""
    return [table.code(each) for each in table.hierarchy.parents(position)]


def _changes(code: str, old: Table, position: int, new: Table, place: int) -> Iterator[Change]:
    before, after = old.display(position) or "", new.display(place) or ""
    if before != after:
        yield Change(Kind.DISPLAY, code, after, before, after)
    above, now_above = parent_codes(old, position), parent_codes(new, place)
    if above != now_above and set(above) != set(now_above):
        yield Change(Kind.MOVED, code, after, "|".join(above), "|".join(now_above))
    was_inactive, is_inactive = position in old.inactive, place in new.inactive
    if was_inactive != is_inactive:
        yield Change(Kind.STATUS, code, after, _status(was_inactive), _status(is_inactive))


def _status(inactive: bool) -> str:
    return "inactive" if inactive else "active"

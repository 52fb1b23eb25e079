"""One record of an institution: by day the last that was sent of it, and which days count (step 1 of the formula).

Equal to conformance.scoring.tallying, one version after the other: the last of each day counts, unless the same content
counts on an earlier day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from conformance.scoring.counting.sent import Asked, Sent
from conformance.scoring.counting.shapes import NONE, Shape, told
from fhir_kernel.store.records import Document

MOST_RESOURCES = 20
"""Resources of one identity that are remembered; of more, only whether a version is the first is known."""


class Row(NamedTuple):
    """What was sent last on a day."""

    product: str
    content: str
    patient: str
    lists: Asked


class Move(NamedTuple):
    """A row that counts from now on, or no more."""

    by: int
    """1 or -1."""
    institution: str
    day: str
    product: str
    patient: str
    lists: Asked


class Record:
    """What is remembered of one identity; it is kept as `document` says."""

    __slots__ = ("days", "open", "over", "resources")

    def __init__(self, kept: Document | None = None) -> None:
        kept = kept or {}
        self.days = {day: Row(*row) for day, row in kept.get("days", {}).items()}
        self.over: set[str] = set(kept.get("over", ()))
        """Contents of days that are over."""
        self.resources: list[str] = list(kept.get("resources", ()))
        self.open: dict[str, str] = dict(kept.get("open", {}))
        """By list the critical rules that the newest accepted version breaks."""

    def document(self, closed: str) -> Document:
        """As it is kept; of days before `closed` only the content."""
        self.over.update(row.content for day, row in self.days.items() if day < closed)
        members = {
            "days": {day: list(row) for day, row in self.days.items() if day >= closed},
            "over": sorted(self.over),
            "resources": self.resources,
            "open": self.open,
        }
        return {name: value for name, value in members.items() if value}

    @property
    def lists(self) -> set[str]:
        """The rule lists that it was judged by."""
        return {each[0] for row in self.days.values() for each in row.lists}.union(self.open)

    def take(self, sent: Sent) -> list[Move]:
        """Put what was sent in the place of what was sent before on its day."""
        before = self._counted()
        self.days[sent.day] = Row(sent.product, sent.content, sent.patient, sent.lists)
        after = self._counted()
        gone = [(-1, day, row) for day, row in before.items() if after.get(day) is not row]
        come = [(1, day, row) for day, row in after.items() if before.get(day) is not row]
        return [_move(count, sent.institution, day, row) for count, day, row in gone + come]

    def claim(self, sent: Sent, shapes: Mapping[str, Shape], gone: frozenset[str]) -> list[Move]:
        """Ask, where the record is new under its resource, whether another one has its identity; `gone`: deleted."""
        if not (sent.is_named and sent.resource) or self.knows(sent):
            return []
        others = [each for each in self.resources if each not in gone]
        self.resources = [*others, sent.resource][:MOST_RESOURCES]
        asked = [shapes[each[0]] for each in sent.lists]
        lists = [[each.digest, each.identity, each.identity if others else NONE, NONE] for each in asked]
        lists = [each for each in lists if each[1] != NONE]
        return [Move(1, sent.institution, sent.day, sent.product, sent.patient, lists)] if lists else []

    def knows(self, sent: Sent) -> bool:
        """Whether the record was there under this resource before."""
        return sent.resource in self.resources or (len(self.resources) >= MOST_RESOURCES and sent.version > 1)

    def opened(self, sent: Sent, shapes: Mapping[str, Shape]) -> list[tuple[int, str, str]]:
        """Which critical findings of which list are open from now on, by mask, and which (-1) no more."""
        if not sent.resource:
            return []
        before, self.open = self.open, _critical(sent.lists, shapes)
        if before == self.open:
            return []
        return [(-1, *each) for each in before.items()] + [(1, *each) for each in self.open.items()]

    def _counted(self) -> dict[str, Row]:
        if len(self.days) < 2 and not self.over:
            return dict(self.days)
        seen, counted = set(self.over), dict[str, Row]()
        for day in sorted(self.days):
            if (row := self.days[day]).content not in seen:
                seen.add(row.content)
                counted[day] = row
        return counted


def _move(count: int, institution: str, day: str, row: Row) -> Move:
    return Move(count, institution, day, row.product, row.patient, row.lists)


def _critical(lists: Sequence[Sequence[str]], shapes: Mapping[str, Shape]) -> dict[str, str]:
    found: dict[str, str] = {}
    for digest, asked, failed, error in lists:
        if failed != NONE and (mask := told(asked, failed, error)[1] & shapes[digest].critical):
            found[digest] = f"{mask:x}"
    return found

"""Codes of one edition in the order in which an expansion lists them; what an expansion is put together from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from fhir_kernel.resource import Resource
from terminology.engine.edition import Edition, Ref, TableEdition, url_of, version_of
from terminology.engine.select import Listed
from terminology.engine.stored import StoredEdition, StoredGroup
from terminology.tables.runs import EMPTY, Runs
from terminology.tables.table import Table

Members = Runs | frozenset[str]


class Shape(Enum):
    """How codes may be nested: under the nearest ancestor that is listed, under a parent that is, or not."""

    TREE = "tree"
    PARENT = "parent"
    FLAT = "flat"


@dataclass(frozen=True, slots=True)
class Block:
    """`members` of `edition`; in `order` where the value set gives one, else in that of the code system."""

    edition: Edition
    members: Members
    order: tuple[Ref, ...] | None = None
    rows: Mapping[Ref, Resource] = field(default_factory=dict)
    """What the value set itself says of a concept, as it listed it."""
    shape: Shape = Shape.FLAT

    def __len__(self) -> int:
        return len(self.members)

    def page(self, offset: int, count: int) -> Sequence[Ref]:
        """At most `count` codes after the first `offset`."""
        if self.order is None:
            assert isinstance(self.members, Runs)
            return self.members.page(offset, count)
        return [ref for ref in self.order if ref in self.members][offset : offset + count]


def listed_block(edition: Edition, listed: Listed) -> Block:
    """The concepts that a value set lists itself."""
    order = tuple(listed.rows)
    return Block(edition, _members(edition, order), order, listed.rows)


def stored_block(group: StoredGroup, base: Edition | None) -> Block:
    """The codes as an expansion lists them; `base` is their code system, if it is held."""
    edition = StoredEdition(group.url, group.version, group.entries, base)
    return Block(edition, frozenset(group.entries), tuple(group.entries))


def holds(block: Block, system: str, code: str) -> bool:
    """Whether the block lists the code of this code system."""
    ref = block.edition.locate(code) if url_of(block.edition) == system else None
    return ref is not None and ref in block.members


def common(block: Block, others: Iterable[Block]) -> Block:
    """What of the block is in any of the others, whatever version of the code system those are of."""
    kept = _empty(block)
    for other in others:
        kept = _union(kept, _shared(block, other))
    return replace(block, members=kept)


def without(block: Block, others: Iterable[Block], *, by_version: bool) -> Block:
    """What of the block is in none of the others. `by_version`: another version's code is another code."""
    members = block.members
    for other in others:
        if by_version and version_of(block.edition) != version_of(other.edition):
            continue
        members = _difference(members, _shared(block, other))
    return replace(block, members=members)


def merged(blocks: Iterable[Block]) -> list[Block]:
    """The codes of the blocks with as few blocks as editions; in no order."""
    groups: dict[Table | Edition, list[Block]] = {}
    for each in blocks:
        groups.setdefault(_table(each.edition) or each.edition, []).append(each)
    return [_union_of(each) if len(each) > 1 else each[0] for each in groups.values()]


def narrowed(block: Block, keep: Members) -> Block:
    """The block with only what is in `keep` too."""
    return replace(block, members=_intersection(block.members, keep))


def active(block: Block) -> Block:
    """The block without concepts that are no longer to be used."""
    edition = block.edition
    if isinstance(edition, TableEdition):
        return replace(block, members=_difference(block.members, edition.table.inactive))
    return replace(block, members=frozenset(str(ref) for ref in block.members if not edition.is_inactive(ref)))


def selectable(block: Block) -> Block:
    """The block without concepts that only group others."""
    edition = block.edition
    if isinstance(edition, TableEdition):
        return replace(block, members=_difference(block.members, edition.table.abstract))
    return replace(block, members=frozenset(str(ref) for ref in block.members if not edition.is_abstract(ref)))


def _shared(block: Block, other: Block) -> Members:
    """The block's refs of the codes that the other block lists too."""
    if url_of(block.edition) != url_of(other.edition):
        return _empty(block)
    if _table(block.edition) is not None and _table(block.edition) is _table(other.edition):
        return _intersection(block.members, other.members)
    small, large = (block, other) if len(block) <= len(other) else (other, block)
    codes = (small.edition.code(ref) for ref in small.members)
    shared = (code for code in codes if (ref := large.edition.locate(code)) is not None and ref in large.members)
    refs = (block.edition.locate(code) for code in shared)
    return _members(block.edition, (ref for ref in refs if ref is not None))


def _table(edition: Edition) -> Table | None:
    return edition.table if isinstance(edition, TableEdition) else None


def _members(edition: Edition, refs: Iterable[Ref]) -> Members:
    if isinstance(edition, TableEdition):
        return Runs.of(sorted(ref for ref in refs if isinstance(ref, int)))
    return frozenset(str(ref) for ref in refs)


def _union_of(blocks: Sequence[Block]) -> Block:
    tables = [each.members for each in blocks if isinstance(each.members, Runs)]
    if tables:
        return replace(blocks[0], members=Runs.from_runs(run for each in tables for run in each.runs()))
    return replace(blocks[0], members=frozenset(str(ref) for each in blocks for ref in each.members))


def _empty(block: Block) -> Members:
    return EMPTY if isinstance(block.members, Runs) else frozenset()


def _union(left: Members, right: Members) -> Members:
    if isinstance(left, Runs) and isinstance(right, Runs):
        return left | right
    assert isinstance(left, frozenset)
    assert isinstance(right, frozenset)
    return left | right


def _intersection(left: Members, right: Members) -> Members:
    if isinstance(left, Runs) and isinstance(right, Runs):
        return left & right
    assert isinstance(left, frozenset)
    assert isinstance(right, frozenset)
    return left & right


def _difference(left: Members, right: Members) -> Members:
    if isinstance(left, Runs) and isinstance(right, Runs):
        return left - right
    assert isinstance(left, frozenset)
    assert isinstance(right, frozenset)
    return left - right

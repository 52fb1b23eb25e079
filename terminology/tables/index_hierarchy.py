"""A hierarchy in the file of a table."""

from __future__ import annotations

from terminology.tables.hierarchy import Hierarchy, Lists
from terminology.tables.index_format import IndexFile, IndexWriter


def write_hierarchy(writer: IndexWriter, hierarchy: Hierarchy) -> None:
    """Nothing where no concept has a parent."""
    if not hierarchy.primary:
        return
    writer.add("hierarchy.ends", hierarchy.ends)
    writer.add("hierarchy.primary", hierarchy.primary)
    if hierarchy.extra_of:
        writer.add("hierarchy.extra-of", hierarchy.extra_of)
        _write_lists(writer, "hierarchy.further-parents", hierarchy.further_parents)
        _write_lists(writer, "hierarchy.further-children", hierarchy.further_children)
        _write_lists(writer, "hierarchy.extra", hierarchy.extra)


def open_hierarchy(file: IndexFile, size: int) -> Hierarchy:
    """The hierarchy of `size` concepts. Raises DamagedTable."""
    ends = file.numbers("hierarchy.ends")
    if not ends:
        return Hierarchy.flat(size)
    return Hierarchy(
        ends,
        file.numbers("hierarchy.primary"),
        _lists(file, "hierarchy.further-parents"),
        _lists(file, "hierarchy.further-children"),
        file.numbers("hierarchy.extra-of"),
        _lists(file, "hierarchy.extra"),
    )


def _write_lists(writer: IndexWriter, name: str, lists: Lists) -> None:
    writer.add(f"{name}.offsets", lists.offsets)
    writer.add(f"{name}.values", lists.values)


def _lists(file: IndexFile, name: str) -> Lists:
    return Lists(file.numbers(f"{name}.offsets"), file.numbers(f"{name}.values"))

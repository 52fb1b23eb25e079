"""Which codes a text filter finds (https://hl7.org/fhir/R4/valueset-operation-expand.html, parameter `filter`).

Every word of the text must stand in a display or designation, whatever the case; or the text is the code itself. Of
concepts that a value set lists, words may stand in the code too.
"""

from __future__ import annotations

from collections.abc import Iterable

from terminology.engine.block import Block, Members
from terminology.engine.edition import Ref, TableEdition
from terminology.tables.runs import EMPTY, Runs
from terminology.tables.text import holds_words


def matching(block: Block, text: str) -> Members:
    """The members of the block that the text finds."""
    edition = block.edition
    if not isinstance(edition, TableEdition):
        return frozenset(str(ref) for ref in block.members if _names_hold(block, ref, text))
    found = edition.table.search(text) | _coded(edition, text)
    for supplement in edition.supplements:
        codes = (supplement.code(position) for position in supplement.search(text))
        found |= Runs.of(sorted(ref for code in codes if (ref := edition.locate(code)) is not None))
    if block.rows:
        found |= Runs.of(sorted(ref for ref in block.rows if isinstance(ref, int) and _row_holds(block, ref, text)))
    return found


def _coded(edition: TableEdition, text: str) -> Runs:
    """The concept whose code is the text: who knows the code looks for it too."""
    position = edition.table.position(text.strip())
    return EMPTY if position is None else Runs.between(position, position + 1)


def _names_hold(block: Block, ref: Ref, text: str) -> bool:
    names = (each.value for each in block.edition.names(ref))
    return _any_holds((*names, block.edition.code(ref)), text) or _row_holds(block, ref, text)


def _row_holds(block: Block, ref: Ref, text: str) -> bool:
    row = block.rows.get(ref, {})
    names = [row.get("display", ""), *(each.get("value", "") for each in row.get("designation", ()))]
    return _any_holds(names, text) or holds_words(block.edition.code(ref), text)


def _any_holds(texts: Iterable[str], words: str) -> bool:
    return any(holds_words(each, words) for each in texts)

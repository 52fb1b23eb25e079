"""Which code system a code without one is of, by the value set it is to be in (parameter `inferSystem`)."""

from __future__ import annotations

from terminology.engine.block import holds
from terminology.engine.compose import compose
from terminology.engine.definition import Definition
from terminology.engine.edition import url_of
from terminology.engine.scope import Scope
from terminology.engine.select import Part, parts_of


def systems_of(code: str, definition: Definition, scope: Scope) -> list[str]:
    """The systems that know the code; where several do, those in which it is a member."""
    includes, excludes = parts_of(definition, "include"), parts_of(definition, "exclude")
    composed = any("valueSet" in part.row or "system" not in part.row for part in (*includes, *excludes))
    filtered = any("filter" in part.row for part in excludes)
    if composed or filtered or definition.compose is None:
        return _by_expansion(code, definition, scope)
    systems = list(dict.fromkeys(part.row["system"] for part in includes if _may_know(part, code, scope)))
    if len(systems) > 1 and any("filter" in part.row for part in includes):
        return _by_expansion(code, definition, scope)
    return systems


def _may_know(part: Part, code: str, scope: Scope) -> bool:
    if "concept" in part.row:
        return any(each.get("code") == code for each in part.row["concept"])
    edition = scope.edition(part.row["system"], part.row.get("version"))
    return edition is not None and edition.locate(code) is not None


def _by_expansion(code: str, definition: Definition, scope: Scope) -> list[str]:
    blocks = compose(definition, scope).blocks
    systems = dict.fromkeys(url_of(block.edition) for block in blocks)
    return [system for system in systems if any(holds(block, system, code) for block in blocks)]

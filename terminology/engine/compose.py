"""What a value set is made of: its includes less its excludes, as blocks of codes in the order of an expansion.

https://hl7.org/fhir/R4/valueset.html#compositions
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from fhir_kernel.resource import Resource, split_canonical
from terminology.engine.block import (
    Block,
    Shape,
    active,
    common,
    listed_block,
    merged,
    narrowed,
    selectable,
    stored_block,
    without,
)
from terminology.engine.definition import Definition
from terminology.engine.edition import (
    Edition,
    GrammarEdition,
    Ref,
    canonical_of,
    content_of,
    url_of,
)
from terminology.engine.messages import failure
from terminology.engine.scope import Scope
from terminology.engine.select import Listed, Part, Tested, parts_of, selected
from terminology.engine.status import status_warning
from terminology.engine.textfilter import matching
from terminology.engine.versions import version_key

_UNMERGED = 64
"""Blocks that are compared one by one, before they are put together for the comparison."""


@dataclass(slots=True)
class Composition:
    """The codes of a value set, with what an expansion has to say of how they were found."""

    blocks: list[Block] = field(default_factory=list)
    parameters: dict[tuple[str, str], None] = field(default_factory=dict)
    """Expansion parameters of type uri: what was used, what to be warned of."""
    may_nest: bool = True
    by_version: bool = False
    """Whether codes of two versions of one system stand side by side."""
    versions_match: bool = False
    """Whether they count as the same code all the same."""
    open_reasons: list[str] = field(default_factory=list)
    """Why not all codes can be listed."""

    def __len__(self) -> int:
        return sum(len(block) for block in self.blocks)


def compose(definition: Definition, scope: Scope) -> Composition:
    """The codes of the value set. Raises OperationFailed where they cannot be told."""
    made = scope.compositions.get(definition)
    if made is None:  # value sets may name the same others again and again, on every level
        with scope.inside(definition):
            made = scope.compositions[definition] = _composed(definition, scope)
    return made


def _composed(definition: Definition, scope: Scope) -> Composition:
    made = Composition()
    if definition.compose is None:
        blocks = [stored_block(each, scope.edition(each.url, each.version)) for each in definition.stored]
        made.blocks = [_filtered(each, definition, scope) for each in blocks]
        return made
    if "lockedDate" in definition.compose:
        raise failure("value-set-locked-date", chinese=scope.options.chinese, value_set=definition.canonical)
    _compose(definition, scope, made)
    return made


def _compose(definition: Definition, scope: Scope, made: Composition) -> None:
    includes, excludes = parts_of(definition, "include"), parts_of(definition, "exclude")
    made.by_version = several_versions([*includes, *excludes])
    made.versions_match = versions_match(includes, excludes, scope)
    for part in (*includes, *excludes):
        _check(part, scope)
    excluded = merged(block for part in excludes for block in _blocks(part, scope, made, including=False))
    by_version = made.by_version and not made.versions_match
    listed: list[Block] = []
    for part in newest_first(includes):
        for block in _blocks(part, scope, made, including=True):
            rest = without(block, excluded, by_version=by_version)
            fresh = without(rest, listed, by_version=by_version)
            made.may_nest = made.may_nest and len(fresh) == len(rest)
            if fresh:
                made.blocks.append(fresh)
                listed = merged([*listed, fresh]) if len(listed) > _UNMERGED else [*listed, fresh]


def several_versions(parts: list[Part]) -> bool:
    """Whether the parts name different versions of one system: then a code is told apart by its version."""
    stated: dict[str, str | None] = {}
    for part in parts:
        system, version = part.row.get("system"), part.row.get("version")
        if system and stated.setdefault(system, version) != version:
            return True
    return False


def versions_match(includes: list[Part], excludes: list[Part], scope: Scope) -> bool:
    """Whether a code counts as the same in all versions: by parameter, or as one version is taken out of another."""
    if "versionsMatch" in scope.options.flags:
        return scope.options.flag("versionsMatch")
    if not includes or not excludes:
        return False
    system = includes[0].row.get("system")
    same = all(part.row.get("system") == system and part.row.get("version") for part in (*includes, *excludes))
    return same and {p.row["version"] for p in includes}.isdisjoint(p.row["version"] for p in excludes)


def newest_first(parts: list[Part]) -> list[Part]:
    """The parts in their order, but of two that name versions of one system the newer before the older."""
    ordered = list(parts)
    places: dict[str, list[int]] = {}
    for index, part in enumerate(parts):
        if part.row.get("system") and part.row.get("version"):
            places.setdefault(part.row["system"], []).append(index)
    for indexes in places.values():
        newest = sorted(indexes, key=lambda index: version_key(parts[index].row["version"]), reverse=True)
        for place, index in zip(indexes, newest, strict=True):
            ordered[place] = parts[index]
    return ordered


def _check(part: Part, scope: Scope) -> None:
    """Raises OperationFailed where a value set that the part names is not held."""
    for canonical in part.row.get("valueSet", ()):
        _nested(canonical, part.definition, scope)


def _nested(canonical: str, source: Definition, scope: Scope) -> Definition:
    pinned = scope.pinned(canonical)
    found = scope.value_set(pinned, source)
    if found is not None:
        return found
    url, version, _ = split_canonical(pinned)
    chinese = scope.options.chinese
    if version:
        raise failure("VS_EXP_IMPORT_UNK_PINNED", chinese=chinese, value_set=url, version=version)
    raise failure("VS_EXP_IMPORT_UNK", chinese=chinese, value_set=pinned)


def _blocks(part: Part, scope: Scope, made: Composition, *, including: bool) -> Iterator[Block]:
    row = part.row
    if "valueSet" in row or "concept" in row or len(row.get("filter", ())) > 1:
        made.may_nest = False
    imports = [_imported(canonical, part.definition, scope, made) for canonical in row.get("valueSet", ())]
    if "system" not in row:
        for block in imports[0].blocks if imports else ():
            shared = _all_common(block, imports[1:])
            yield active(shared) if including and part.definition.leaves_out_inactive else shared
        return
    edition = _edition(row, scope, made, including=including)
    if edition is not None:
        block = _of_system(part, edition, scope, made, including=including)
        yield _all_common(block, imports)


def _all_common(block: Block, imports: list[Composition]) -> Block:
    for each in imports:
        block = common(block, each.blocks)
    return block


def _imported(canonical: str, source: Definition, scope: Scope, made: Composition) -> Composition:
    nested = _nested(canonical, source, scope)
    inner = compose(nested, scope)
    for warning in status_warning(nested.resource, source.resource):
        made.parameters[warning] = None
    if not nested.is_contained:
        made.parameters["used-valueset", nested.canonical] = None
    made.parameters |= inner.parameters
    made.open_reasons += inner.open_reasons
    return inner


def _edition(row: Resource, scope: Scope, made: Composition, *, including: bool) -> Edition | None:
    system, version = row["system"], row.get("version")
    edition = scope.needed_edition(system, version) if including else scope.edition(system, version)
    if edition is None:
        return None
    _note_content(edition, scope, made)
    scope.see_supplements(edition)
    made.parameters["used-codesystem", canonical_of(edition.header)] = None
    for each in edition.supplements:
        made.parameters["used-supplement", canonical_of(each.header)] = None
    return edition


def _note_content(edition: Edition, scope: Scope, made: Composition) -> None:
    content, system = content_of(edition), url_of(edition)
    if content == "supplement":
        raise failure("code-system-is-supplement", chinese=scope.options.chinese, system=system)
    if content == "not-present":
        raise failure("code-system-no-content", chinese=scope.options.chinese, system=system)
    if content != "complete":
        used = "used-fragment" if content == "fragment" else f"used-{content}"
        made.parameters[used, canonical_of(edition.header)] = None
        made.open_reasons.append(f"This extension is based on a {content} of the code system {system}")


def _of_system(part: Part, edition: Edition, scope: Scope, made: Composition, *, including: bool) -> Block:
    for warning in status_warning(edition.header, part.definition.resource):
        made.parameters[warning] = None
    chosen = selected(part, edition, scope.limits)
    if isinstance(chosen, Listed):
        block = listed_block(edition, chosen)
    elif isinstance(chosen, Tested):
        block = _of_grammar(part, edition, scope, made, including=including)
    else:
        block = Block(edition, chosen, shape=Shape.PARENT if part.row.get("filter") else Shape.TREE)
    return _filtered(block, part.definition, scope) if including else block


def _of_grammar(part: Part, edition: Edition, scope: Scope, made: Composition, *, including: bool) -> Block:
    """The codes of a grammar that a usual list of them names; without such a list they cannot be expanded."""
    assert isinstance(edition, GrammarEdition)
    usual = edition.usual
    if usual is None or not including:
        raise failure("CODESYSTEM_NOT_ENUMERABLE", chinese=scope.options.chinese, system=url_of(edition))
    made.may_nest = False
    inner = compose(_nested(usual, part.definition, scope), scope)
    reason = f"The code System '{url_of(edition)}' has a grammar and so has infinite members."
    made.open_reasons.append(f"{reason} This extension is based on {usual}")
    chosen = selected(part, edition, scope.limits)
    rows: dict[Ref, Resource] = {}
    for block in inner.blocks:
        if url_of(block.edition) == url_of(edition):
            for ref in block.page(0, len(block)):
                code = block.edition.code(ref)
                if code in chosen:
                    rows.setdefault(code, block.rows.get(ref, {}))
    return Block(edition, frozenset(map(str, rows)), tuple(rows), rows)


def _filtered(block: Block, definition: Definition, scope: Scope) -> Block:
    """Without what the caller or the value set leaves out: inactive codes, codes not to choose."""
    options = scope.options
    if options.flag("activeOnly") or definition.leaves_out_inactive:
        block = active(block)
    if options.flag("excludeNotForUI") and block.shape is Shape.TREE:
        block = selectable(block)
    return block


def search(made: Composition, text: str) -> Composition:
    """The codes that the text finds: in the end, as a value set may name a concept otherwise than those within it."""
    is_tree = any(block.shape is Shape.TREE for block in made.blocks)
    found = [narrowed(block, matching(block, text)) for block in made.blocks]
    return replace(made, blocks=found, may_nest=made.may_nest and not is_tree)

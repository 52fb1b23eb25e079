"""What a literal reference means where it stands: contained, in the Bundle, or elsewhere.

https://hl7.org/fhir/R4/references.html and https://hl7.org/fhir/R4/bundle.html#references
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from conformance.validator.access import rows_of, text_of, type_of
from conformance.validator.bundle_index import Held, Index, Match, find, index_of, target_url
from fhir_kernel.resource import Resource

Resolver: TypeAlias = Callable[[str], Resource | None]
"""Fetches the resource that an absolute or relative reference names; None where there is none."""
Kind: TypeAlias = Literal["contained", "container", "bundled", "referenced"]
"""`container`: the resource that `#` means. `bundled`: a Bundle entry or a resource of the same Parameters."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The target of a reference; `path` is its FHIRPath location, empty where it came from outside."""

    resource: Resource
    path: str
    kind: Kind


@dataclass(slots=True)
class Scope:
    """Where a value stands: its resource and what encloses that."""

    resource: Resource
    """%resource."""
    container: Resource
    """%rootResource: the resource itself unless it is contained."""
    path: str
    """FHIRPath location of `resource` from the root."""
    parent: Scope | None = None
    """Of the Bundle, Parameters or container that holds `resource`."""
    full_url: str | None = None
    """Of the Bundle entry that holds `resource`."""
    _index: Index | None = field(default=None, repr=False, compare=False)
    _contained: dict[str, int] | None = field(default=None, repr=False, compare=False)
    _holders: dict[int, int] | None = field(default=None, repr=False, compare=False)

    @property
    def index(self) -> Index:
        """The resources that this Bundle or Parameters holds; made once, in time linear in their number."""
        if self._index is None:
            self._index = index_of(self.resource)
        return self._index

    @property
    def contained(self) -> dict[str, int]:
        """Position in `contained` by id; made once. The first wins where an id is there twice."""
        if self._contained is None:
            found: dict[str, int] = {}
            for at, row in rows_of(self.resource, "contained"):
                if (row_id := text_of(row, "id")) is not None:
                    found.setdefault(row_id, at)
            self._contained = found
        return self._contained

    @property
    def holders(self) -> dict[int, int]:
        """Position in `index.held` of the resource that holds a Reference, by id() of that Reference; made once."""
        if self._holders is None:
            self._holders = {
                id(row): at for at, held in enumerate(self.index.held) for row in _references_in(held.resource)
            }
        return self._holders


def resolve(
    reference: str, scope: Scope, external: Resolver | None = None, *, origin: object = None
) -> Resolved | None:
    """The resource that `reference` means in `scope`; None where it is not found, or is not a reference at all.

    Of several that match, the first. `external` is asked for what is neither contained nor in an enclosing Bundle or
    Parameters, with the reference made absolute where it can be. `origin` is the Reference itself, for a `scope` of a
    whole Bundle or Parameters: what it means depends on which resource therein holds it.
    """
    scope = _scope_within(scope, origin)
    if reference.startswith("#"):
        return _resolve_fragment(reference[1:], scope)
    target, _, fragment = reference.partition("#")
    found = _resolve_enclosing(target, scope) or _resolve_external(target, scope, external)
    if found is None or not fragment:
        return found
    inner = Scope(found.resource, found.resource, found.path)
    return _resolve_fragment(fragment, inner) or found


def matches(reference: str, scope: Scope) -> Iterator[tuple[Scope, Match]]:
    """What each enclosing Bundle, from the innermost out, holds for `reference`.

    In a history, the versions of one resource are one match, the first of them.
    """
    current: Scope | None = container_scope(scope)
    full_url: str | None = None
    while current is not None:
        full_url = full_url or current.full_url
        current = current.parent
        if current is not None and type_of(current.resource) == "Bundle":
            match = find(current.index, reference, full_url)
            if len(match.exact) > 1 and current.resource.get("type") == "history":
                match = Match(match.url, match.exact[:1])
            yield current, match


def container_scope(scope: Scope) -> Scope:
    """The scope of %rootResource."""
    while scope.resource is not scope.container and scope.parent is not None:
        scope = scope.parent
    return scope


def _scope_within(scope: Scope, origin: object) -> Scope:
    if not isinstance(origin, dict) or type_of(scope.resource) not in ("Bundle", "Parameters"):
        return scope
    at = scope.holders.get(id(origin))
    if at is None:
        return scope
    held = scope.index.held[at]
    return Scope(held.resource, held.resource, f"{scope.path}.{held.path}", scope, held.full_url)


def _references_in(resource: Resource) -> Iterator[Resource]:
    stack: list[object] = [resource]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if isinstance(node.get("reference"), str):
                yield node
            stack += node.values()
        elif isinstance(node, list):
            stack += node


def _resolve_fragment(fragment: str, scope: Scope) -> Resolved | None:
    root = container_scope(scope)
    if not fragment:
        return Resolved(root.resource, root.path, "container")
    at = root.contained.get(fragment)
    if at is None:
        return None
    return Resolved(root.resource["contained"][at], f"{root.path}.contained[{at}]", "contained")


def _resolve_enclosing(reference: str, scope: Scope) -> Resolved | None:
    current: Scope | None = container_scope(scope)
    full_url: str | None = None
    while current is not None:
        full_url = full_url or current.full_url
        found = _within(current, reference, full_url)
        if found is not None:
            return Resolved(found.resource, f"{current.path}.{found.path}", "bundled")
        current = current.parent
    return None


def _within(scope: Scope, reference: str, full_url: str | None) -> Held | None:
    match type_of(scope.resource):
        case "Bundle":
            exact = find(scope.index, reference, full_url).exact
            return scope.index.held[exact[0]] if exact else None
        case "Parameters":
            near = scope.index.by_identity.get(reference)
            return scope.index.held[near[0]] if near else None
    return None


def _resolve_external(reference: str, scope: Scope, external: Resolver | None) -> Resolved | None:
    if external is None:
        return None
    url, _ = target_url(reference, container_scope(scope).full_url)
    for candidate in dict.fromkeys((reference, url)):
        found = external(candidate) if candidate is not None else None
        if found is not None:
            return Resolved(found, "", "referenced")
    return None

"""What a literal reference means where it stands: contained, in the Bundle, or elsewhere.

https://hl7.org/fhir/R4/references.html and https://hl7.org/fhir/R4/bundle.html#references
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from conformance.validator.access import object_of, rows_of, text_of, type_of
from conformance.validator.reference_forms import reference_form, restful_base
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


@dataclass(frozen=True, slots=True)
class Held:
    """One resource within a Bundle or Parameters; `path` is relative to that."""

    resource: Resource
    path: str
    full_url: str | None


@dataclass(frozen=True, slots=True)
class Index:
    """The resources of one Bundle or Parameters."""

    held: tuple[Held, ...]
    by_url: dict[str, tuple[int, ...]]
    """Positions in `held` by fullUrl."""
    by_identity: dict[str, tuple[int, ...]]
    """Positions in `held` by `Type/id`."""


@dataclass(frozen=True, slots=True)
class Match:
    """What an index holds for one reference."""

    url: str | None
    """The absolute URL that was looked for, without version; None for a relative reference that has no base."""
    exact: tuple[int, ...] = ()
    """Those that the reference means; more than one is ambiguous."""
    near: tuple[int, ...] = ()
    """Those of the right type and id, but with another fullUrl."""


def index_of(collection: Resource) -> Index:
    """The index of a Bundle or Parameters; empty for any other resource."""
    held = tuple(_held(collection))
    by_url: dict[str, list[int]] = {}
    by_identity: dict[str, list[int]] = {}
    for at, each in enumerate(held):
        if each.full_url is not None:
            by_url.setdefault(each.full_url, []).append(at)
        if (resource_id := text_of(each.resource, "id")) is not None:
            by_identity.setdefault(f"{type_of(each.resource)}/{resource_id}", []).append(at)
    return Index(held, _frozen(by_url), _frozen(by_identity))


def find(index: Index, reference: str, full_url: str | None, *, by_urn: bool = True) -> Match:
    """What `reference`, in the entry with `full_url`, means within a Bundle; `by_urn` as in `target_url`."""
    exact = index.by_url.get(reference, ())
    if exact:
        return Match(reference, exact)
    url, version = target_url(reference, full_url, by_urn=by_urn)
    if url is not None:
        exact = index.by_url.get(url, ())
    if version is not None:
        exact = tuple(at for at in exact if _version(index.held[at].resource) == version)
    if exact:
        return Match(url, exact)
    form = reference_form(reference)
    return Match(url, (), index.by_identity.get(f"{form.type}/{form.id}", ()) if form.kind == "relative" else ())


def target_url(reference: str, full_url: str | None, *, by_urn: bool = True) -> tuple[str | None, str | None]:
    """The absolute URL without version that `reference` names, and the version.

    A relative reference is put on the base of `full_url`. R4 gives it no meaning under a `urn:uuid:` or `urn:oid:`
    fullUrl; with `by_urn`, its id is taken for the last part of such a URN, as is widely done.
    """
    form = reference_form(reference)
    if form.kind != "relative":
        return (form.url, form.version)
    if full_url is None:
        return None, form.version
    base = restful_base(full_url)
    if base is not None:
        return f"{base}{form.type}/{form.id}", form.version
    if by_urn and full_url.startswith(("urn:uuid:", "urn:oid:")):
        return f"{full_url[: full_url.index(':', 4) + 1]}{form.id}", form.version
    return None, form.version


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


def _frozen(lists: dict[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {key: tuple(found) for key, found in lists.items()}


def _held(collection: Resource) -> Iterator[Held]:
    match type_of(collection):
        case "Bundle":
            for at, entry in rows_of(collection, "entry"):
                if resource := object_of(entry, "resource"):
                    yield Held(resource, f"entry[{at}].resource", text_of(entry, "fullUrl"))
        case "Parameters":
            stack = [(row, f"parameter[{at}]") for at, row in rows_of(collection, "parameter")]
            while stack:
                row, path = stack.pop()
                if resource := object_of(row, "resource"):
                    yield Held(resource, f"{path}.resource", None)
                stack += [(part, f"{path}.part[{at}]") for at, part in rows_of(row, "part")]


def _version(resource: Resource) -> str | None:
    return text_of(object_of(resource, "meta"), "versionId")


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

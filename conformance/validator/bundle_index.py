"""The resources that a Bundle or Parameters holds, and what a reference means among them.

https://hl7.org/fhir/R4/bundle.html#references
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.validator.access import object_of, rows_of, text_of, type_of
from conformance.validator.reference_forms import reference_form, restful_base
from fhir_kernel.resource import Resource


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

"""Documents and messages: what they refer to is in the Bundle, and what is in the Bundle is referred to.

https://hl7.org/fhir/R4/documents.html#content and https://hl7.org/fhir/R4/messaging.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.validator.access import object_of, rows_of, text_of, type_of
from conformance.validator.bundle_index import Index, find, index_of, target_url
from conformance.validator.context import Context
from conformance.validator.reference_forms import reference_form
from conformance.validator.rules.bundle_reachability import Links, links_of, locate, reach
from fhir_kernel.messages.message import Severity
from fhir_kernel.resource import Resource

_PROVENANCE = "Provenance"


def check_document(bundle: Resource, path: str, context: Context) -> None:
    """The Composition's references resolve within the Bundle, and every entry is reached from the Composition."""
    _check_packaged(bundle, path, context, "Composition", "document")


def check_message(bundle: Resource, path: str, context: Context) -> None:
    """The MessageHeader's focus is in the Bundle, and every entry is reached from the MessageHeader."""
    _check_packaged(bundle, path, context, "MessageHeader", "message")


def _check_packaged(bundle: Resource, path: str, context: Context, head_type: str, kind: str) -> None:
    entries = rows_of(bundle, "entry")
    if not entries:
        context.report("bundle.no-entries", path, type=kind, expected=head_type)
        return
    first, entry = entries[0]
    head = object_of(entry, "resource")
    if not head:
        context.report("bundle.no-first-resource", f"{path}.entry[{first}]", type=kind, expected=head_type)
        return
    index = index_of(bundle)
    reported: set[str] = set()
    if type_of(head) == head_type:
        place = f"{path}.entry[{first}].resource"
        references = _composition(head, place) if head_type == "Composition" else _header(head, place)
        for reference, where in references:
            reported.add(where)
            _check_needed(reference, text_of(entry, "fullUrl"), index, where, context)
    links = links_of(bundle, index, context.catalog.model)
    _check_mismatches(links, index, path, reported, context)
    _check_reach(links, index, bundle, path, context, kind)


def _composition(composition: Resource, path: str) -> Iterator[tuple[str, str]]:
    for name in ("subject", "author", "encounter", "custodian"):
        yield from _references(composition.get(name), f"{path}.{name}")
    for outer, inner in (("attester", "party"), ("event", "detail")):
        for at, row in rows_of(composition, outer):
            yield from _references(row.get(inner), f"{path}.{outer}[{at}].{inner}")
    stack = [(row, f"{path}.section[{at}]") for at, row in rows_of(composition, "section")]
    while stack:
        section, place = stack.pop()
        for name in ("author", "focus", "entry"):
            yield from _references(section.get(name), f"{place}.{name}")
        stack += [(row, f"{place}.section[{at}]") for at, row in rows_of(section, "section")]


def _header(header: Resource, path: str) -> Iterator[tuple[str, str]]:
    yield from _references(header.get("focus"), f"{path}.focus")


def _references(value: Any, path: str) -> Iterator[tuple[str, str]]:
    rows = [(row, f"{path}[{at}]") for at, row in enumerate(value)] if isinstance(value, list) else [(value, path)]
    for row, place in rows:
        if isinstance(row, dict) and isinstance(row.get("reference"), str):
            yield row["reference"], place


def _check_needed(reference: str, full_url: str | None, index: Index, path: str, context: Context) -> None:
    form = reference_form(reference)
    if form.kind not in ("relative", "restful", "urn", "url"):
        return
    target = reference.partition("#")[0]
    match = find(index, target, full_url, by_urn=False)
    if match.exact:
        return
    if match.near:
        _report_mismatch(reference, full_url, match.near, index, path, context)
    elif form.kind == "relative" or not _is_definition(target, form.type, context):
        context.report("bundle.reference-missing", path, found=reference)


def _is_definition(url: str, kind: str | None, context: Context) -> bool:
    schema = context.catalog.model.types.get(kind) if kind is not None else None
    return (schema is not None and "url" in schema.fields) or context.catalog.find(url) is not None


def _check_mismatches(links: Links, index: Index, path: str, reported: set[str], context: Context) -> None:
    for at, reference in links.mismatched:
        held = index.held[at]
        place = f"{path}.{held.path}{locate(held.resource, reference)}"
        if place not in reported:
            match = find(index, reference, held.full_url, by_urn=False)
            _report_mismatch(reference, held.full_url, match.near, index, place, context, severity="warning")


def _report_mismatch(
    reference: str,
    full_url: str | None,
    near: tuple[int, ...],
    index: Index,
    path: str,
    context: Context,
    severity: Severity = "error",
) -> None:
    entries = ", ".join(
        f"{index.held[at].path.removesuffix('.resource')} ({index.held[at].full_url or '-'})" for at in near[:5]
    )
    expected, _ = target_url(reference, full_url, by_urn=False)
    told = {"found": reference, "entries": entries, "severity": severity}
    if expected is None:
        context.report("bundle.reference-no-base", path, full_url=full_url or "-", **told)
    else:
        context.report("bundle.reference-mismatch", path, expected=expected, **told)


def _check_reach(links: Links, index: Index, bundle: Resource, path: str, context: Context, kind: str) -> None:
    reached = reach(links.targets, (0, *_stylesheets(bundle, index)))
    for at in reached.backward:
        held = index.held[at]
        if type_of(held.resource) != _PROVENANCE:
            entry = f"{path}.{held.path.removesuffix('.resource')}"
            context.report(f"bundle.{kind}-backward", entry, found=held.full_url or entry)
    for at in reached.missed:
        held = index.held[at]
        entry = f"{path}.{held.path.removesuffix('.resource')}"
        context.report(f"bundle.{kind}-unreachable", entry, found=held.full_url or entry)


def _stylesheets(bundle: Resource, index: Index) -> Iterator[int]:
    for _, link in rows_of(bundle, "link"):
        if link.get("relation") == "stylesheet":
            yield from index.by_identity.get(text_of(link, "url") or "", ())[:1]

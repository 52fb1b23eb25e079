"""Bundles that answer a search (https://hl7.org/fhir/R4/http.html#search)."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from conformance.validator.access import object_of, rows_of, text_of, type_of
from conformance.validator.context import Context
from fhir_kernel.resource import Resource

_OUTCOME = "OperationOutcome"


def check_search_set(bundle: Resource, path: str, context: Context) -> None:
    """Each entry has a resource, with an id, of a type that fits the self link and its search mode."""
    types = _searched_types(bundle, path, context)
    entries = rows_of(bundle, "entry")
    modes = [text_of(object_of(entry, "search"), "mode") for _, entry in entries]
    if entries and not any(modes):
        _check_without_modes(bundle, types, path, context)
        return
    for (at, entry), mode in zip(entries, modes, strict=True):
        place = f"{path}.entry[{at}]"
        if mode is None:
            context.report("bundle.search-mode-missing", place)
        resource = object_of(entry, "resource")
        if not resource:
            context.report("bundle.search-no-resource", place)
        elif mode is not None:
            _check_mode(resource, mode, types, f"{place}.resource", context)


def _check_mode(resource: Resource, mode: str, types: list[str], path: str, context: Context) -> None:
    kind = type_of(resource)
    if mode == "outcome":
        if kind != _OUTCOME:
            context.report("bundle.search-outcome-type", path, found=kind)
        return
    if "id" not in resource:
        context.report("bundle.search-no-id", path, type=kind)
    if mode == "match" and types and kind not in types:
        context.report("bundle.search-wrong-type", path, found=kind, expected=", ".join(types))


def _check_without_modes(bundle: Resource, types: list[str], path: str, context: Context) -> None:
    is_doubtful = False
    for at, entry in rows_of(bundle, "entry"):
        place, resource = f"{path}.entry[{at}]", object_of(entry, "resource")
        if not resource:
            context.report("bundle.search-no-resource", place)
            continue
        kind = type_of(resource)
        if kind == _OUTCOME:
            continue
        if types and kind not in types:
            is_doubtful = True
            expected = ", ".join(types)
            context.report("bundle.search-wrong-type", place, severity="warning", found=kind, expected=expected)
        elif "id" not in resource:
            context.report("bundle.search-no-id", f"{place}.resource", severity="warning", type=kind)
    severity = "warning" if is_doubtful or not types else "information"
    context.report("bundle.search-modes-missing", path, severity=severity)


def _searched_types(bundle: Resource, path: str, context: Context) -> list[str]:
    """The types that the self link asks for; empty where it does not say."""
    links = [text_of(link, "url") or "" for _, link in rows_of(bundle, "link") if link.get("relation") == "self"]
    if not links:
        context.report("bundle.search-no-self", path)
        return []
    try:
        parts = urlsplit(links[0])
    except ValueError:
        return []
    last = parts.path.removesuffix("/_search").rpartition("/")[2]
    if context.catalog.model.is_resource(last):
        return [last]
    types = [t for name, value in parse_qsl(parts.query) if name == "_type" for t in value.split(",")]
    if not types:
        context.report("bundle.search-self-unclear", path, found=links[0])
    return types

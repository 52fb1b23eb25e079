"""Laying one element of a differential over the element that it constrains.

https://hl7.org/fhir/R4/elementdefinition.html#interpretation
"""

from __future__ import annotations

from collections.abc import Callable

from fhir_kernel.definitions.snapshot.scope import Scope
from fhir_kernel.definitions.snapshot.sources import Sources, type_code
from fhir_kernel.errors import SnapshotError
from fhir_kernel.resource import Resource

_TEXTS = ("definition", "comment", "requirements", "label")
_PLAIN = ("sliceName", "short", "maxLength", "mustSupport", "isSummary", "_mustSupport", "_short")
_VALUES = ("fixed", "pattern", "minValue", "maxValue")
_BINDABLE = frozenset({"Coding", "CodeableConcept", "Quantity", "uri", "string", "code", "CodeableReference"})
_NOT_INHERITED = frozenset(
    {
        "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status",
        "http://hl7.org/fhir/StructureDefinition/structuredefinition-fmm",
        "http://hl7.org/fhir/StructureDefinition/structuredefinition-wg",
    }
)


def merge(base: Resource, said: Resource, scope: Scope, path: str) -> Resource:
    """A new element: `base` with what the differential said about it.

    Raises SnapshotError where the differential widens what the base allows; when `scope` repairs, cardinality, flags
    and binding strength stay as narrow as in the base instead.
    """
    merged, sources = dict(base), scope.sources
    said = _within_base(merged, said, scope, path)
    _merge_extensions(merged, said)
    for key in _TEXTS:
        if key in said:
            merged[key] = _join_text(str(merged.get(key, "")), said[key])
    merged.update((key, said[key]) for key in _PLAIN if key in said)
    _merge_values(merged, said)
    merged.update((key, said[key]) for key in ("min", "max") if key in said)
    if is_extension(base):
        merged.update((key, said[key]) for key in ("isModifier", "isModifierReason") if key in said)
    if "binding" in said:
        merged["binding"] = _merge_binding(merged.get("binding", {}), said["binding"], sources.url)
    if "type" in said:
        _check_types(merged.get("type", []), said["type"], sources, path)
        _check_profiles(said["type"], sources, path)
        merged["type"] = said["type"]
    _gather_lists(merged, said, sources.url)
    if "binding" in merged and "type" in merged and not any(_is_bindable(e, sources) for e in merged["type"]):
        del merged["binding"]
    return merged


def is_extension(element: Resource) -> bool:
    """Whether this is an `extension` or `modifierExtension` element or the root of an extension."""
    return str(element.get("path", "")).rpartition(".")[2] in ("Extension", "extension", "modifierExtension")


def _is_wider(maximum: str, limit: str) -> bool:
    """Whether the upper cardinality `maximum` allows more than `limit`."""
    if limit == "*" or maximum == limit:
        return False
    return maximum == "*" or int(maximum) > int(limit)


def _within_base(base: Resource, said: Resource, scope: Scope, path: str) -> Resource:
    widened: dict[str, str] = {}
    if "min" in said and said["min"] < base.get("min", 0) and "sliceName" not in said:
        widened["min"] = f"min {said['min']} is less than {base['min']} of the base"
    if "max" in said and _is_wider(said["max"], base.get("max", "*")):
        widened["max"] = f"max {said['max']} is more than {base['max']} of the base"
    if base.get("mustSupport") is True and said.get("mustSupport") is False:
        widened["mustSupport"] = "mustSupport is true in the base and cannot become false"
    if "isSummary" in said and base.get("isSummary", said["isSummary"]) != said["isSummary"]:
        widened["isSummary"] = "isSummary cannot differ from the base"
    strength = said.get("binding", {}).get("strength", "required")
    weakens = base.get("binding", {}).get("strength") == "required" != strength
    if weakens and not scope.repair:
        widened["binding"] = f"a required binding cannot become {strength}"
    if widened and not scope.repair:
        raise SnapshotError("; ".join(widened.values()), path=path)
    kept = {key: value for key, value in said.items() if key not in widened}
    return kept | {"binding": {**said["binding"], "strength": "required"}} if weakens else kept


def _merge_extensions(merged: Resource, said: Resource) -> None:
    new = said.get("extension", [])
    replaced = {extension["url"] for extension in new} | _NOT_INHERITED
    kept = [extension for extension in merged.get("extension", []) if extension["url"] not in replaced]
    merged.pop("extension", None)
    if kept or new:
        merged["extension"] = [*kept, *new]


def _join_text(base: str, said: str) -> str:
    return base + "\r\n" + said[3:] if said.startswith("...") else said


def _merge_values(merged: Resource, said: Resource) -> None:
    for prefix in _VALUES:
        new = {key: value for key, value in said.items() if key.lstrip("_").startswith(prefix)}
        if new:
            for key in [key for key in merged if key.lstrip("_").startswith(prefix)]:
                del merged[key]
            merged.update(new)


def _merge_binding(base: Resource, said: Resource, url: str) -> Resource:
    merged = {key: value for key, value in base.items() if key not in ("description", "extension")} | said
    if str(merged.get("valueSet", "")).startswith("#"):
        merged["valueSet"] = url + merged["valueSet"]
    return merged


def _check_types(base: list[Resource], said: list[Resource], sources: Sources, path: str) -> None:
    if not base:
        return
    for entry in said:
        if not any(_narrows(entry, allowed, sources) for allowed in base):
            allowed_codes = ", ".join(type_code(allowed) for allowed in base)
            raise SnapshotError(
                f"type {_describe(entry)} is not among the types of the base: {allowed_codes}", path=path
            )


def _check_profiles(said: list[Resource], sources: Sources, path: str) -> None:
    for entry in said:
        if "_profile" in entry:  # may point to an element of the profile
            continue
        for profile in entry.get("profile", ()):
            if profile != sources.url and sources.descends(profile, type_code(entry)) is False:
                raise SnapshotError(f"profile {profile} is not a profile of {type_code(entry)}", path=path)


def _narrows(entry: Resource, allowed: Resource, sources: Sources) -> bool:
    code, base_code = type_code(entry), type_code(allowed)
    if code != base_code and not (sources.is_abstract(base_code) and sources.descends(code, base_code)):
        # values of primitives and ids, which R4 types alike and tells apart in an extension
        return bool(allowed["code"] != base_code and allowed["code"] == entry.get("code"))
    targets, base_targets = entry.get("targetProfile", ()), allowed.get("targetProfile", ())
    if not targets or not base_targets:
        return True
    return any(sources.descends(t, base) is not False for t in targets for base in base_targets)


def _describe(entry: Resource) -> str:
    targets = entry.get("targetProfile", ())
    return f"{type_code(entry)}({' | '.join(targets)})" if targets else type_code(entry)


def _gather_lists(merged: Resource, said: Resource, url: str) -> None:
    if "constraint" in said:
        said = said | {"constraint": [{"source": url, **constraint} for constraint in said["constraint"]]}
    keys: dict[str, Callable[[Resource], object]] = {
        "constraint": lambda item: item.get("key"),
        "condition": lambda item: item,
        "alias": lambda item: item,
        "code": lambda item: (item.get("system"), item.get("code")),
        "mapping": lambda item: (item.get("identity"), item.get("map")),
        "example": lambda item: item.get("label"),
    }
    for name, key in keys.items():
        if name in said:
            there = {key(item) for item in merged.get(name, ())}
            merged[name] = [*merged.get(name, ()), *(item for item in said[name] if key(item) not in there)]


def _is_bindable(entry: Resource, sources: Sources) -> bool:
    code = type_code(entry)
    return code in _BINDABLE or sources.kind(code) == ""

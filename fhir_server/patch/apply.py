"""Patch a resource, by the format in which the patch is sent (https://hl7.org/fhir/R4/http.html#patch)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from fhir_kernel.codec.negotiate import parse_media_type
from fhir_kernel.codec.xml_codec import from_xml
from fhir_kernel.codec.xml_patch import apply_xml_patch, is_xml_patch, read_xml_patch
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_kernel.fhirpath import Engine
from fhir_kernel.resource import Resource
from fhir_server.outcomes import refused
from fhir_server.patch.document import read_document
from fhir_server.patch.empty import without_empty
from fhir_server.patch.fhirpath_patch import apply_fhirpath_patch, patch_engine
from fhir_server.patch.json_patch import apply_json_patch
from fhir_server.patch.limits import DEFAULT_PATCH_LIMITS, PatchLimits
from fhir_server.patch.merge_patch import apply_merge_patch
from fhir_server.patch.refusal import beyond, inapplicable, kind, malformed, shown


@dataclass(frozen=True, slots=True)
class Patcher:
    """Applies patches, and keeps what they have in common: the paths of FHIRPath that were compiled."""

    model: Model
    engine: Engine
    limits: PatchLimits

    def __call__(self, resource: Resource, body: bytes, content_type: str) -> Resource:
        """As `apply_patch`."""
        apply = _FORMATS.get(parse_media_type(content_type).name)
        if apply is None:
            text = f"The patch is declared as '{content_type}'; expected one of {ACCEPT_PATCH}"
            raise refused("not-supported", text, status=415, headers={"accept-patch": ACCEPT_PATCH})
        return _guarded(resource, apply(self, resource, body))


def patcher(model: Model, limits: PatchLimits = DEFAULT_PATCH_LIMITS) -> Patcher:
    """Applies patches along a model."""
    return Patcher(model, patch_engine(model, limits), limits)


def apply_patch(
    resource: Resource,
    body: bytes,
    content_type: str,
    model: Model,
    *,
    limits: PatchLimits = DEFAULT_PATCH_LIMITS,
) -> Resource:
    """The resource after the patch; the one that was given stays as it is.

    What the server alone decides is as before: `id` and `meta.versionId` may be named, but not be changed, and
    `meta.lastUpdated` is kept. Raises RequestRefused: 415 for a format that is none of `ACCEPT_PATCH`, 400 where the
    body is no patch, 422 where it cannot be applied to this resource or costs too much, 413 where it is too large.
    """
    return patcher(model, limits)(resource, body, content_type)


def _json_patch(tools: Patcher, resource: Resource, body: bytes) -> Any:
    return apply_json_patch(resource, read_document(body, tools.limits.document), tools.limits)


def _merge_patch(tools: Patcher, resource: Resource, body: bytes) -> Any:
    return apply_merge_patch(resource, read_document(body, tools.limits.document))


def _fhir_json(tools: Patcher, resource: Resource, body: bytes) -> Any:
    return _parameters(tools, resource, read_document(body, tools.limits.document))


def _any_json(tools: Patcher, resource: Resource, body: bytes) -> Any:
    """JSON of which nothing else is said is told by its shape; most clients that send it mean a merge."""
    document = read_document(body, tools.limits.document)
    if isinstance(document, list):
        return apply_json_patch(resource, document, tools.limits)
    if isinstance(document, dict) and document.get("resourceType") == "Parameters":
        return _parameters(tools, resource, document)
    return apply_merge_patch(resource, document)


def _parameters(tools: Patcher, resource: Resource, document: Any) -> Any:
    if not isinstance(document, dict):
        raise malformed("The FHIRPath Patch", f"it is {kind(document)}; expected Parameters")
    return apply_fhirpath_patch(resource, document, tools.model, tools.engine, tools.limits)


def _fhir_xml(tools: Patcher, resource: Resource, body: bytes) -> Any:
    try:
        parameters = from_xml(body, tools.model, limits=tools.limits.document)
    except LimitExceeded as error:
        raise refused("too-long", f"The patch is beyond a limit: {error}") from None
    except CodecError as error:
        raise malformed("The FHIRPath Patch", f"it cannot be read as XML: {error}") from None
    return apply_fhirpath_patch(resource, parameters, tools.model, tools.engine, tools.limits)


def _xml_patch(tools: Patcher, resource: Resource, body: bytes) -> Any:
    limits = tools.limits
    try:
        operations = read_xml_patch(
            body, limits=limits.document, max_operations=limits.max_operations, max_selector=limits.max_path
        )
    except LimitExceeded as error:
        raise refused("too-long", f"The patch is beyond a limit: {error}") from None
    except CodecError as error:
        raise malformed("The XML Patch", str(error)) from None
    try:
        return apply_xml_patch(resource, operations, tools.model, limits=limits.document, max_steps=limits.max_steps)
    except LimitExceeded as error:
        raise beyond("The XML Patch", str(error)) from None
    except CodecError as error:
        raise inapplicable("The XML Patch", error.message) from None


def _any_xml(tools: Patcher, resource: Resource, body: bytes) -> Any:
    try:
        is_patch = is_xml_patch(body, limits=tools.limits.document)
    except LimitExceeded as error:
        raise refused("too-long", f"The patch is beyond a limit: {error}") from None
    except CodecError as error:
        raise malformed("The patch", f"it cannot be read as XML: {error}") from None
    return (_xml_patch if is_patch else _fhir_xml)(tools, resource, body)


def _guarded(before: Resource, after: Any) -> Resource:
    """The outcome with what the server decides as it was. Raises RequestRefused where the patch changes that."""
    if not isinstance(after, dict):
        raise inapplicable("The patch", f"the outcome is {kind(after)}; expected a {before.get('resourceType')}")
    for name in ("resourceType", "id"):
        _require_same(name, before.get(name), after.get(name))
    outcome = without_empty(after)
    old, new = before.get("meta") or {}, outcome.get("meta") or {}
    if not isinstance(new, dict):
        raise inapplicable("The patch", f"it makes 'meta' {kind(new)}; expected an object", code="structure")
    if "versionId" in new:
        _require_same("meta.versionId", old.get("versionId"), new["versionId"])
    own = {name: old[name] for name in ("versionId", "lastUpdated") if name in old}
    meta = {**own, **{name: value for name, value in new.items() if name != "lastUpdated"}}
    if meta:
        outcome["meta"] = meta
    return outcome


def _require_same(name: str, old: object, new: object) -> None:
    if old != new:
        found = "removes it" if new is None else f"makes it {shown(new)}"
        text = f"'{name}' may not be changed by a patch; it is {shown(old)}, and the patch {found}"
        raise inapplicable("The patch", text, code="business-rule", expression=name)


_FORMATS: Mapping[str, Callable[[Patcher, Resource, bytes], Any]] = MappingProxyType(
    {
        "application/json-patch+json": _json_patch,
        "application/merge-patch+json": _merge_patch,
        "application/xml-patch+xml": _xml_patch,
        "application/fhir+json": _fhir_json,
        "application/fhir+xml": _fhir_xml,
        "application/json": _any_json,
        "application/xml": _any_xml,
        "text/xml": _any_xml,
    }
)
ACCEPT_PATCH = ", ".join(_FORMATS)
"""The formats in which a patch can be sent, as the header Accept-Patch names them (RFC 5789, section 3.1)."""

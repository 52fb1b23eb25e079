"""What a call is about: its value set, its code system, the resources that it brought along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fhir_kernel.resource import Resource
from terminology.engine.content import Content, Overlay
from terminology.engine.definition import Definition
from terminology.engine.edition import canonical_of
from terminology.engine.messages import failure
from terminology.engine.options import Options, parameter_value
from terminology.engine.scope import Scope
from terminology.operations import Call

if TYPE_CHECKING:
    from terminology.service import TerminologyService


def argument(call: Call, name: str) -> Any:
    """The value or resource of the first parameter of this name; None where there is none."""
    for each in call.parameters:
        if each.get("name") == name:
            return each["resource"] if "resource" in each else parameter_value(each)
    return None


def text_argument(call: Call, *names: str) -> str | None:
    """The text of the first of the parameters that is given; None where none is, or it is empty."""
    for name in names:
        value = argument(call, name)
        if isinstance(value, str) and value:
            return value
    return None


def resource_argument(call: Call, name: str, resource_type: str) -> Resource | None:
    """The resource of a parameter; None where it is not given. Raises OperationFailed where it is of another type."""
    value = argument(call, name)
    if value is None:
        return None
    if isinstance(value, dict) and value.get("resourceType") == resource_type:
        return value
    found = value.get("resourceType", "an object") if isinstance(value, dict) else f"'{value}'"
    raise failure("parameter-resource", name=name, found=found, expected=resource_type)


def scope_of(service: TerminologyService, call: Call, options: Options, content: Content | None = None) -> Scope:
    """The scope of one operation: `content`, by default what is installed, and above it what the call brought along."""
    return Scope(content_with(call, content or service.content), options, service.limits)


def content_with(call: Call, below: Content) -> Content:
    """`below`, and above it what the call brought along (`tx-resource`)."""
    brought = [each["resource"] for each in call.parameters if each.get("name") == "tx-resource" and "resource" in each]
    return Overlay(brought, below) if brought else below


def see_code_system(code_system: Resource, scope: Scope) -> None:
    """Lay a code system that an operation is about over the content, unless it is what is held already."""
    held = scope.content.edition(str(code_system.get("url", "")), code_system.get("version"))
    is_held = held is not None and canonical_of(held.header) == canonical_of(code_system)
    if not is_held or "concept" in code_system:
        scope.content = Overlay([code_system], scope.content)


def requested_value_set(call: Call, scope: Scope) -> Definition:
    """The value set that the call is about: by id, as a resource, or by URL. Raises OperationFailed."""
    given = resource_argument(call, "valueSet", "ValueSet")
    if given is None and call.instance is not None and call.instance.get("resourceType") == "ValueSet":
        given = call.instance
    if given is not None:
        return Definition(given)
    url = text_argument(call, "url")
    if url is None:
        raise failure("no-value-set", chinese=scope.options.chinese)
    stated = text_argument(call, "valueSetVersion")
    bare, _, version = url.partition("|")
    version = scope.determine_version(bare, stated or version or None) or ""
    canonical = f"{bare}|{version}" if version else bare
    found = scope.value_set(canonical)
    if found is None:
        raise failure("Unable_to_resolve_value_Set_", chinese=scope.options.chinese, value_set=canonical)
    return found

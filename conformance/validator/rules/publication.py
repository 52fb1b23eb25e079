"""What a knowledge resource needs before it is published; asked only where the policy `publishing` is on.

https://hl7.org/fhir/R4/shareablecodesystem.html, https://hl7.org/fhir/R4/shareablevalueset.html
"""

from __future__ import annotations

from collections.abc import Sequence

from conformance.validator.context import Context
from conformance.validator.rules.knowledge_values import extension, text
from fhir_kernel.resource import Resource

_WORK_GROUP = "http://hl7.org/fhir/StructureDefinition/structuredefinition-wg"
_SHAREABLE = ("url", "version", "title", "status", "experimental", "description")


def check_publication(resource: Resource, path: str, context: Context, more: Sequence[str] = ()) -> None:
    """The elements that a shareable resource has (`more` besides the usual ones), and who of HL7 is responsible."""
    if "." in path or not context.policy("publishing"):
        return
    severity = "error" if is_hl7(resource) else "warning"
    for name in (*_SHAREABLE, *more):
        if name not in resource:
            context.report("publication.element-missing", path, expected=name, severity=severity)
    if is_hl7(resource) and extension(resource, _WORK_GROUP) is None:
        context.report("publication.no-work-group", path, expected=_WORK_GROUP)


def is_hl7(resource: Resource) -> bool:
    """Whether HL7 defines the resource, by its URL."""
    url = text(resource, "url") or ""
    return "hl7.org" in url or "fhir.org" in url

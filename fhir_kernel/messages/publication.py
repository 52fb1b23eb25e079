"""Issues of knowledge resources that are to be published (https://hl7.org/fhir/R4/shareablecodesystem.html)."""

from __future__ import annotations

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "publication.element-missing": Message(
        "warning",
        "required",
        "The element '{expected}' is missing; expected it in a resource that is published",
        "缺少元素“{expected}”；发布的资源应有该元素",
    ),
    "publication.no-work-group": Message(
        "error",
        "business-rule",
        "The responsible HL7 work group is not stated; expected the extension {expected}",
        "未注明负责的 HL7 工作组；应有扩展 {expected}",
    ),
}

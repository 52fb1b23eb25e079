"""What an Observation should say (https://hl7.org/fhir/R4/observation.html)."""

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "observation.element-missing": Message(
        "warning",
        "business-rule",
        "Best practice: an Observation should have {expected}, found none",
        "最佳实践：Observation 应有 {expected}，但未找到",
    ),
}

"""Issues of FHIRPath expressions that cannot be used."""

from __future__ import annotations

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "fhirpath.syntax": Message(
        "error",
        "invalid",
        "The FHIRPath expression '{expression}' does not parse: {reason}",
        "FHIRPath 表达式“{expression}”无法解析：{reason}",
    ),
    "fhirpath.type": Message(
        "error",
        "invalid",
        "The FHIRPath expression '{expression}' cannot be right for {context}: {reason}",
        "FHIRPath 表达式“{expression}”不适用于 {context}：{reason}",
    ),
    "fhirpath.evaluation": Message(
        "error",
        "exception",
        "The FHIRPath expression '{expression}' failed on this element: {reason}",
        "FHIRPath 表达式“{expression}”在该元素上求值失败：{reason}",
    ),
    "fhirpath.limit": Message(
        "error",
        "too-costly",
        "The FHIRPath expression '{expression}' was stopped: {reason}",
        "FHIRPath 表达式“{expression}”已被中止：{reason}",
    ),
}

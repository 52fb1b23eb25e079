"""Codes and bindings (https://hl7.org/fhir/R4/terminologies.html)."""

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "code.unknown": Message(
        "error",
        "code-invalid",
        "'{found}' is not a code of {system}{expected}",
        "“{found}”不是 {system} 的代码{expected}",
    ),
    "code.cannot-tell": Message(
        "warning",
        "not-found",
        "Cannot tell whether '{found}' is a code of {system}: {reason}",
        "无法判断“{found}”是否为 {system} 的代码：{reason}",
    ),
    "code.display": Message(
        "error",
        "invalid",
        "The display of {system}#{code} is '{expected}', found '{found}'",
        "{system}#{code} 的显示名应为“{expected}”，实际为“{found}”",
    ),
    "code.system": Message(
        "error", "code-invalid", "'{found}' cannot be a code system: {reason}", "“{found}”不能作为代码系统：{reason}"
    ),
    "code.system-near": Message(
        "warning",
        "code-invalid",
        "'{found}' is hardly a code system: {reason}",
        "“{found}”很可能不是代码系统：{reason}",
    ),
    "binding.required": Message(
        "error",
        "code-invalid",
        "{found} is not in the value set {expected}, from which a code is required{near}",
        "{found} 不在值集 {expected} 中，而此处必须使用其中的代码{near}",
    ),
    "binding.extensible": Message(
        "warning",
        "code-invalid",
        "{found} is not in the value set {expected}, from which a code should be taken if one fits{near}",
        "{found} 不在值集 {expected} 中；如有合适代码应从中选用{near}",
    ),
    "binding.no-code": Message(
        "error",
        "code-invalid",
        "No code found; one from the value set {expected} is required",
        "没有代码；必须使用值集 {expected} 中的代码",
    ),
    "binding.cannot-tell": Message(
        "warning",
        "not-found",
        "Cannot tell whether {found} is in the value set {expected}: {reason}",
        "无法判断 {found} 是否在值集 {expected} 中：{reason}",
    ),
}

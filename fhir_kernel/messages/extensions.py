"""Extensions (https://hl7.org/fhir/R4/extensibility.html)."""

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "extension.relative-url": Message(
        "error",
        "structure",
        "Extension.url must be an absolute URL, found '{found}'",
        "Extension.url 必须为绝对 URL，实际为“{found}”",
    ),
    "extension.unknown": Message(
        "error",
        "extension",
        "The extension {url} is not known: no loaded package defines it",
        "扩展 {url} 未知：已加载的包均未定义它",
    ),
    "extension.unknown-modifier": Message(
        "error",
        "extension",
        "The modifier extension {url} is not known, so the element that holds it cannot be understood safely",
        "修饰扩展 {url} 未知，因此无法安全理解其所在元素",
    ),
    "extension.modifier": Message(
        "error",
        "extension",
        "The extension {url} stands in '{found}' but belongs in '{expected}'",
        "扩展 {url} 位于“{found}”，应位于“{expected}”",
    ),
    "extension.context": Message(
        "error",
        "extension",
        "The extension {url} is not allowed here ({found}): expected {expected}",
        "扩展 {url} 不允许在此使用（{found}）：应为 {expected}",
    ),
    "extension.context-invariant": Message(
        "error",
        "extension",
        "The extension {url} is not allowed here: its context rule '{expected}' does not hold",
        "扩展 {url} 不允许在此使用：其上下文规则“{expected}”不成立",
    ),
}

"""What a server asks of a write beyond conformance (https://hl7.org/fhir/R4/resource-operation-validate.html)."""

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "enforcement.profile-required": Message(
        "error",
        "business-rule",
        "meta.profile names none of the profiles of which one is required here; expected {expected}",
        "meta.profile 未列出此处必须声明的任何一个配置文件；应为 {expected}",
    ),
    "enforcement.wrong-type": Message(
        "error",
        "invalid",
        "The resource is a {found}; expected {expected}, as the URL says",
        "资源类型为 {found}；按 URL 应为 {expected}",
    ),
    "enforcement.wrong-id": Message(
        "error",
        "invalid",
        "The id of the resource is {found}; expected '{expected}', as the URL says",
        "资源的 id 为 {found}；按 URL 应为“{expected}”",
    ),
}

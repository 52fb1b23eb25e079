"""Issues of ConceptMap (https://hl7.org/fhir/R4/conceptmap.html)."""

from __future__ import annotations

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "concept-map.not-a-value-set": Message(
        "error", "invalid", "'{url}' is a {found}; expected a ValueSet", "“{url}”是 {found}；应为 ValueSet"
    ),
    "concept-map.no-system": Message(
        "warning",
        "required",
        "The group does not say the {expected} system; expected its URL, so that codes have a meaning",
        "该组未注明 {expected} 代码系统；应注明其 URL，代码才有含义",
    ),
    "concept-map.system-unknown": Message(
        "warning",
        "not-found",
        "No loaded package holds the code system '{found}', so its codes cannot be checked",
        "已加载的包中没有代码系统“{found}”，无法核对其代码",
    ),
    "concept-map.system-partial": Message(
        "warning",
        "not-found",
        "Of the code system '{found}' only a part is loaded ({content}), so its codes cannot be checked",
        "代码系统“{found}”仅加载了一部分（{content}），无法核对其代码",
    ),
    "concept-map.code-unknown": Message(
        "error", "code-invalid", "'{found}' is not a code of {system}", "“{found}”不是 {system} 中的代码"
    ),
    "concept-map.code-not-in-value-set": Message(
        "warning",
        "code-invalid",
        "'{found}' of {system} is not in the value set {value_set} that the map covers",
        "{system} 的“{found}”不在映射所涉值集 {value_set} 中",
    ),
    "concept-map.mapping-twice": Message(
        "warning",
        "business-rule",
        "The mapping {found} ({relation}) is there already; expected it once",
        "映射 {found}（{relation}）已存在；只应出现一次",
    ),
    "concept-map.mapping-contradicts": Message(
        "warning",
        "business-rule",
        "The mapping {found} is '{relation}' here and '{expected}' before; expected one relation",
        "映射 {found} 此处为“{relation}”，前面为“{expected}”；应只有一种关系",
    ),
}

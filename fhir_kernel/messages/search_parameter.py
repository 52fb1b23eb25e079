"""What is wrong with a SearchParameter (https://hl7.org/fhir/R4/searchparameter.html)."""

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "search-parameter.expression": Message(
        "error",
        "invalid",
        "The expression '{found}' cannot be used: {reason}",
        "表达式“{found}”无法使用：{reason}",
    ),
    "search-parameter.expression-type": Message(
        "error",
        "invalid",
        "The expression '{found}' cannot select anything from the base types {expected}: {reason}",
        "表达式“{found}”无法从基础类型 {expected} 中选取任何内容：{reason}",
    ),
    "search-parameter.unknown-origin": Message(
        "warning",
        "not-found",
        "The search parameter {found} that this one is derived from is not known, so the two were not compared",
        "未知所派生自的搜索参数 {found}，因此未进行比较",
    ),
    "search-parameter.base-differs": Message(
        "error",
        "business-rule",
        "The base type {found} is not among those of {origin}: {expected}",
        "基础类型 {found} 不在 {origin} 的基础类型之中：{expected}",
    ),
    "search-parameter.type-differs": Message(
        "error",
        "business-rule",
        "The type is {found}, but {origin}, from which this is derived, has type {expected}",
        "类型为 {found}，但所派生自的 {origin} 的类型为 {expected}",
    ),
    "search-parameter.expression-differs": Message(
        "warning",
        "business-rule",
        "The expression '{found}' does not select the same as '{expected}' of {origin}, from which this is derived",
        "表达式“{found}”与所派生自的 {origin} 的“{expected}”选取的内容不同",
    ),
}

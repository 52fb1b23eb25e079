"""Why a SearchParameter cannot be searched by on this server (https://hl7.org/fhir/R4/searchparameter.html)."""

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "searching.type": Message(
        "error",
        "not-supported",
        "The type is {found}; active parameters are searched here by one of {expected}",
        "类型为 {found}；此处启用的搜索参数的类型应为以下之一：{expected}",
    ),
    "searching.code": Message(
        "error",
        "value",
        "The code is '{found}', which cannot stand in a search; expected a letter, then letters, digits, - or _",
        "代码“{found}”不能用于搜索；应以字母开头，后跟字母、数字、- 或 _",
    ),
    "searching.base": Message(
        "error",
        "not-found",
        "The base type {found} is no type of resource that is stored here",
        "基础类型 {found} 不是此处存储的资源类型",
    ),
    "searching.no-expression": Message(
        "error",
        "required",
        "An active parameter without an expression finds nothing; expected an expression",
        "没有表达式的启用参数找不到任何内容；应提供表达式",
    ),
    "searching.expression": Message(
        "error",
        "invalid",
        "The expression '{found}' cannot be used to search: {reason}",
        "表达式“{found}”不能用于搜索：{reason}",
    ),
    "searching.leads-nowhere": Message(
        "error",
        "business-rule",
        "The expression '{found}' leads to nothing in {base} of which a {type} can be made",
        "表达式“{found}”在 {base} 中得不到可作为 {type} 的内容",
    ),
    "searching.component": Message(
        "error",
        "not-found",
        "The component is defined by '{found}', which is no parameter that is searched by here",
        "组成部分由“{found}”定义，但它不是此处可用的搜索参数",
    ),
    "searching.collision": Message(
        "error",
        "duplicate",
        "{base} is searched by '{code}' already, as {other} defines it, and that is not the same; choose another code",
        "{base} 已有按 {other} 定义的“{code}”参数，且二者不同；请选用其他代码",
    ),
    "searching.same-url": Message(
        "error",
        "duplicate",
        "{other} defines the parameter '{found}' already; expected each url once",
        "{other} 已定义参数“{found}”；每个 url 只能出现一次",
    ),
}

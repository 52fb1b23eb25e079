"""Issues of ValueSet (https://hl7.org/fhir/R4/valueset.html)."""

from __future__ import annotations

from fhir_kernel.messages.message import Message, Severity


def _message(severity: Severity, en: str, zh: str, code: str = "invalid") -> Message:
    return Message(severity, code, en, zh)


_SYSTEMS = {
    "value-set.system-fragment": _message(
        "error",
        "The system is '{found}'; expected the absolute URL of the code system, for a contained one with the extension "
        "valueset-system",
        "system 为“{found}”；应为代码系统的绝对 URL，内含的代码系统应另用 valueset-system 扩展",
    ),
    "value-set.system-relative": _message(
        "error",
        "The system '{found}' is not an absolute URI; expected one",
        "system“{found}”不是绝对 URI；应为绝对 URI",
    ),
    "value-set.system-with-version": _message(
        "error",
        "The system '{found}' holds a version; expected '{expected}' with the version in the element version",
        "system“{found}”中含有版本；应为“{expected}”，版本写在 version 元素中",
        "business-rule",
    ),
    "value-set.system-is-value-set": _message(
        "error", "The system '{found}' is a value set; expected a code system", "system“{found}”是值集；应为代码系统"
    ),
    "value-set.system-is-supplement": _message(
        "error",
        "The system '{found}' is a supplement; expected the code system that it supplements, {expected}",
        "system“{found}”是补充集；应为被其补充的代码系统 {expected}",
    ),
    "value-set.system-is-example": _message(
        "warning",
        "Of the code system '{found}' only an example is loaded, so codes cannot be checked fully",
        "代码系统“{found}”仅加载了示例，无法完整核对代码",
    ),
    "value-set.system-is-fragment": _message(
        "information",
        "Of the code system '{found}' only a fragment is loaded, so codes cannot be checked fully",
        "代码系统“{found}”仅加载了片段，无法完整核对代码",
    ),
    "value-set.system-unknown": _message(
        "warning",
        "The code system {system} cannot be consulted, so '{found}' and the codes after it are not checked",
        "无法查阅代码系统 {system}，未核对“{found}”及其后的代码",
        "not-found",
    ),
}

_CONCEPTS = {
    "value-set.concept-unknown": _message(
        "error", "'{found}' is not a code of {system}", "“{found}”不是 {system} 中的代码", "code-invalid"
    ),
    "value-set.concept-twice": _message(
        "warning",
        "The code '{found}' is listed twice; expected it once",
        "代码“{found}”列出两次；只应列出一次",
        "business-rule",
    ),
    "value-set.displays-mixed": _message(
        "information",
        "Some concepts have a display and some have none; expected one or the other",
        "部分概念有显示名而部分没有；应保持一致",
        "business-rule",
    ),
}

_IMPORTS = {
    "value-set.import-unknown": _message(
        "warning",
        "No loaded package holds the value set '{found}', so it cannot be checked",
        "已加载的包中没有值集“{found}”，无法核对",
        "not-found",
    ),
    "value-set.import-wrong-type": _message(
        "warning", "'{url}' is a {found}; expected a ValueSet", "“{url}”是 {found}；应为 ValueSet"
    ),
    "value-set.import-intersection": _message(
        "information",
        "The include names {found} value sets, which means the codes that all of them share",
        "该 include 列出 {found} 个值集，表示取其共有的代码",
        "informational",
    ),
}

_FILTERS = {
    "value-set.filter-property-unknown": _message(
        "warning",
        "'{found}' is not known as a property of {system}; expected one of {expected}",
        "“{found}”不是 {system} 的已知属性；应为 {expected} 之一",
    ),
    "value-set.filter-operator": _message(
        "error",
        "The operator '{found}' is not allowed for the property '{property}'; expected one of {expected}",
        "属性“{property}”不允许运算符“{found}”；应为 {expected} 之一",
    ),
    "value-set.filter-value": _message(
        "error",
        "The value '{found}' does not fit the property '{property}'; expected {expected}",
        "值“{found}”不适合属性“{property}”；应为 {expected}",
    ),
    "value-set.filter-code-unknown": _message(
        "error",
        "The value '{found}' for the property '{property}' is not a code of {system}",
        "属性“{property}”的值“{found}”不是 {system} 中的代码",
        "code-invalid",
    ),
}

_EXPANSION = {
    "value-set.expansion-without-parameters": _message(
        "warning",
        "The expansion does not say with which parameters it was made; expected them, so that its use can be judged",
        "未说明展开所用的参数；应予注明，以便判断能否使用",
        "business-rule",
    ),
    "value-set.expansion-without-identifier": _message(
        "information",
        "The expansion has no identifier; expected one for tracing",
        "展开没有标识符；应有标识符以便追溯",
        "business-rule",
    ),
}

MESSAGES: dict[str, Message] = {**_SYSTEMS, **_CONCEPTS, **_IMPORTS, **_FILTERS, **_EXPANSION}

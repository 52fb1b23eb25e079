"""Issues of CodeSystem (https://hl7.org/fhir/R4/codesystem.html)."""

from __future__ import annotations

from fhir_kernel.messages.message import Message, Severity


def _message(severity: Severity, en: str, zh: str, code: str = "business-rule") -> Message:
    return Message(severity, code, en, zh)


_META = {
    "code-system.element-missing": _message(
        "information",
        "The code system does not state '{expected}'; expected it",
        "代码系统没有注明“{expected}”；应予注明",
    ),
    "code-system.supplement-content": _message(
        "error",
        "The content of a supplement is '{found}'; expected 'supplement'",
        "补充集的 content 为“{found}”；应为“supplement”",
    ),
    "code-system.supplement-case-sensitive": _message(
        "error",
        "A supplement states caseSensitive; expected none, as the code system that it supplements states it",
        "补充集注明了 caseSensitive；不应注明，由被补充的代码系统规定",
    ),
    "code-system.nothing-supplemented": _message(
        "error",
        "The content is 'supplement', but nothing says what is supplemented; expected the element supplements",
        "content 为“supplement”，但未说明补充哪个代码系统；应有 supplements 元素",
    ),
    "code-system.supplement-unknown-code": _message(
        "error",
        "'{found}' is not a code of {system}; a supplement may only add to codes that exist there",
        "“{found}”不是 {system} 中的代码；补充集只能补充已有的代码",
    ),
    "code-system.supplement-not-checked": _message(
        "warning",
        "The code system {system} cannot be consulted, so the codes of the supplement are not checked",
        "无法查阅代码系统 {system}，未核对补充集的代码",
        "not-found",
    ),
    "code-system.supplement-hierarchy": _message(
        "error",
        "The hierarchyMeaning is '{found}'; the code system that is supplemented has '{expected}'",
        "hierarchyMeaning 为“{found}”；被补充的代码系统为“{expected}”",
    ),
}

_CONTENT = {
    "code-system.concepts-not-present": _message(
        "error",
        "The content is 'not-present', but there are {found} concepts; expected none",
        "content 为“not-present”，却有 {found} 个概念；不应有概念",
        "invalid",
    ),
    "code-system.complete-and-empty": _message(
        "warning",
        "The content is 'complete', but there are no concepts; expected some",
        "content 为“complete”，却没有概念；应有概念",
    ),
    "code-system.count-differs": _message(
        "error",
        "The count is {found}, but the complete code system has {expected} concepts",
        "count 为 {found}，而完整的代码系统有 {expected} 个概念",
        "invalid",
    ),
    "code-system.count-of-part": _message(
        "warning",
        "The count is {found}, but this {content} holds {expected} concepts; expected the larger number of the whole",
        "count 为 {found}，而此 {content} 已含 {expected} 个概念；应为整个代码系统的概念数",
        "invalid",
    ),
}

_VALUE_SET = {
    "code-system.value-set-of-part": _message(
        "information",
        "A value set of all codes is named ({found}), but the content is not complete",
        "注明了包含全部代码的值集（{found}），但 content 不是 complete",
    ),
    "code-system.value-set-composed": _message(
        "error",
        "The value set {found} is not that of all codes of {url}; expected a single include of it",
        "值集 {found} 不是 {url} 的全部代码；应只有一个包含它的 include",
    ),
    "code-system.value-set-system": _message(
        "error",
        "The value set {value_set} includes {found}; expected {url}",
        "值集 {value_set} 包含的是 {found}；应为 {url}",
    ),
    "code-system.value-set-selective": _message(
        "error",
        "The value set {found} selects some codes of {url}; expected all of them",
        "值集 {found} 只选取了 {url} 的部分代码；应包含全部代码",
    ),
    "code-system.value-set-expansion": _message(
        "error",
        "The expansion of {url} has {found} codes; the code system has {expected}",
        "{url} 的展开有 {found} 个代码；代码系统有 {expected} 个",
    ),
}

_CONCEPTS = {
    "code-system.code-twice": _message(
        "error", "The code '{found}' is defined twice; expected it once", "代码“{found}”定义了两次；只应定义一次"
    ),
    "code-system.designation-clash": _message(
        "warning",
        "The designation '{found}' has no use and the language of the display '{expected}'; expected a use, another "
        "language or the same words",
        "指称“{found}”没有用途，语言又与显示名“{expected}”相同；应注明用途、使用其他语言或与显示名一致",
    ),
    "code-system.concept-undescribed": _message(
        "warning",
        "The concept has no {expected}; HL7 expects one for every concept of its code systems",
        "概念没有 {expected}；HL7 要求其代码系统的每个概念都有",
    ),
}

_PROPERTIES = {
    "code-system.property-uri-relative": _message(
        "error",
        "The property's URI '{found}' is not absolute; expected an absolute URI",
        "属性的 URI“{found}”不是绝对 URI",
    ),
    "code-system.property-uri-twice": _message(
        "error",
        "A property with the URI '{found}' is declared already; expected it once",
        "已声明 URI 为“{found}”的属性；只应声明一次",
    ),
    "code-system.property-uri-unknown": _message(
        "error",
        "HL7 does not define the property '{found}'; expected one of http://hl7.org/fhir/concept-properties",
        "HL7 没有定义属性“{found}”；应为 http://hl7.org/fhir/concept-properties 中的属性",
    ),
    "code-system.property-uri-type": _message(
        "error",
        "The type is '{found}'; the property {uri} has the type '{expected}'",
        "类型为“{found}”；属性 {uri} 的类型是“{expected}”",
    ),
    "code-system.property-code-of-another": _message(
        "error",
        "The code '{found}' is that of another property; {uri} has the code '{expected}'",
        "代码“{found}”属于另一个属性；{uri} 的代码是“{expected}”",
    ),
    "code-system.property-code-twice": _message(
        "error",
        "A property with the code '{found}' is declared already; expected it once",
        "已声明代码为“{found}”的属性；只应声明一次",
    ),
    "code-system.property-code-type": _message(
        "warning",
        "The type is '{found}'; a property with the code '{property}' usually has the type '{expected}'",
        "类型为“{found}”；代码为“{property}”的属性通常是“{expected}”类型",
    ),
    "code-system.property-without-uri": _message(
        "information",
        "The property '{found}' has no URI, so it has no defined meaning; expected one",
        "属性“{found}”没有 URI，含义不明；应有 URI",
    ),
    "code-system.property-known-without-uri": _message(
        "warning",
        "The property '{found}' has no URI, so its meaning is not defined; expected '{expected}' if that is meant",
        "属性“{found}”没有 URI，含义不明；若指标准属性，应注明“{expected}”",
    ),
    "code-system.property-undeclared": _message(
        "warning",
        "The property '{found}' is not declared; expected the code of a declared property",
        "属性“{found}”未声明；应为已声明属性的代码",
    ),
    "code-system.property-type": _message(
        "error",
        "The property '{property}' has a value of type '{found}'; it is declared with the type '{expected}'",
        "属性“{property}”的值类型为“{found}”；声明的类型是“{expected}”",
    ),
    "code-system.property-unknown-code": _message(
        "error",
        "The property '{property}' has the value '{found}'; expected a code of this code system",
        "属性“{property}”的值为“{found}”；应为本代码系统的代码",
        "invalid",
    ),
    "code-system.property-not-in-value-set": _message(
        "error",
        "The property '{property}' has the value '{found}'; expected a code of {value_set}",
        "属性“{property}”的值为“{found}”；应为 {value_set} 中的代码",
        "code-invalid",
    ),
}

MESSAGES: dict[str, Message] = {**_META, **_CONTENT, **_VALUE_SET, **_CONCEPTS, **_PROPERTIES}

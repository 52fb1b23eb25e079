"""Issues of references, contained resources and identifiers (https://hl7.org/fhir/R4/references.html)."""

from __future__ import annotations

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "reference.not-a-url": Message(
        "error",
        "invalid",
        "The reference '{found}' is not a valid reference; expected 'Type/id', '#id' or an absolute URL without spaces",
        "引用“{found}”不是有效的引用；应为“类型/id”、“#id”或不含空格的绝对 URL",
    ),
    "reference.unusual": Message(
        "warning",
        "structure",
        "The reference '{found}' looks wrong and should be checked; expected 'Type/id', '#id' or an absolute URL",
        "引用“{found}”的写法可疑，请检查；应为“类型/id”、“#id”或绝对 URL",
    ),
    "reference.conditional": Message(
        "error",
        "invalid",
        "The reference '{found}' is a search; expected 'Type/id' or an absolute URL: searches are for transactions",
        "引用“{found}”是检索条件；应为“类型/id”或绝对 URL：只有事务中可以用检索条件作引用",
    ),
    "reference.unknown-type": Message(
        "warning",
        "structure",
        "The reference '{found}' names '{type}', which is not a FHIR R4 resource type",
        "引用“{found}”中的“{type}”不是 FHIR R4 的资源类型",
    ),
    "reference.ambiguous": Message(
        "error",
        "forbidden",
        "The reference '{found}' matches {count} entries of the Bundle ({entries}); expected exactly one",
        "引用“{found}”与 Bundle 中的 {count} 个条目匹配（{entries}）；应恰好匹配一个",
    ),
    "reference.wrong-target-type": Message(
        "error",
        "required",
        "The reference '{found}' means {target}, which is a {type}; expected a {expected}",
        "引用“{found}”指向 {target}，其类型为 {type}；应为 {expected}",
    ),
    "reference.urn-not-in-bundle": Message(
        "warning",
        "required",
        "The Bundle has no entry whose fullUrl is '{found}'",
        "Bundle 中没有 fullUrl 为“{found}”的条目",
    ),
    "reference.near-match": Message(
        "warning",
        "required",
        "{entry} matches the reference '{found}' by type and id, but has fullUrl '{full_url}'; expected '{expected}'",
        "{entry} 的类型和 id 与引用“{found}”一致，但其 fullUrl 为“{full_url}”；应为“{expected}”",
    ),
    "contained.no-id": Message(
        "error",
        "required",
        "The contained {type} has no id; expected one, so that it can be referred to as '#id'",
        "内含的 {type} 没有 id；须有 id 才能以“#id”引用",
    ),
    "contained.duplicate-id": Message(
        "error",
        "business-rule",
        "The id '{found}' is that of another contained resource, at {other}; expected a unique id",
        "id“{found}”与 {other} 处的另一个内含资源重复；id 须唯一",
    ),
    "contained.unreferenced": Message(
        "error",
        "invalid",
        "Nothing refers to the contained {type} '{found}', and it does not refer to its container; "
        "expected a reference '#{found}' (dom-3)",
        "没有任何元素引用内含的 {type}“{found}”，它也未引用其容器；应有引用“#{found}”（dom-3）",
    ),
    "element.duplicate-id": Message(
        "error",
        "business-rule",
        "The element id '{found}' is also that of {other}; expected an id that is unique in the resource",
        "元素 id“{found}”与 {other} 重复；在同一资源内须唯一",
    ),
    "uri.example": Message(
        "error",
        "invalid",
        "'{found}' is a URL for examples; expected one that is in use",
        "“{found}”是示例用的 URL；应为实际使用的 URL",
    ),
    "identifier.relative-system": Message(
        "error",
        "invalid",
        "Identifier.system is '{found}'; expected an absolute URI",
        "Identifier.system 为“{found}”；应为绝对 URI",
    ),
    "identifier.value-not-uri": Message(
        "error",
        "invalid",
        "Identifier.system is 'urn:ietf:rfc:3986' and the value '{found}'; expected a full URI such as '{expected}'",
        "Identifier.system 为“urn:ietf:rfc:3986”，而值为“{found}”；应为完整的 URI，例如“{expected}”",
    ),
}
MESSAGES |= {
    "reference.no-contained": Message(
        "error",
        "not-found",
        "Nothing contained has the id that '{found}' names",
        "没有内含资源的 id 与“{found}”相符",
    ),
    "reference.wrong-type": Message(
        "error",
        "structure",
        "'{reference}' points at a {found}; expected one of {expected}",
        "“{reference}”指向 {found}；应为以下之一：{expected}",
    ),
    "reference.wrong-type-named": Message(
        "warning",
        "structure",
        "'{reference}' names a {found}; expected one of {expected}. The target itself is not at hand",
        "“{reference}”指的是 {found}；应为以下之一：{expected}。目标本身不可得",
    ),
    "reference.type-differs": Message(
        "error",
        "structure",
        "Reference.type says {stated}, but '{found}' names a {type}",
        "Reference.type 为 {stated}，而“{found}”指的是 {type}",
    ),
    "canonical.relative": Message(
        "warning",
        "invalid",
        "The canonical '{found}' is relative; expected an absolute URL, or '#' and the id of a contained resource",
        "规范引用“{found}”是相对 URL；应为绝对 URL，或“#”加所含资源的 id",
    ),
    "canonical.wrong-type": Message(
        "error",
        "invalid",
        "'{found}' is a {type}; expected one of {expected}",
        "“{found}”是 {type}；应为以下之一：{expected}",
    ),
}

"""Issues that the JSON and XML codecs find in a text (https://hl7.org/fhir/R4/json.html, https://hl7.org/fhir/R4/xml.html)."""

from __future__ import annotations

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "json.syntax": Message(
        "fatal",
        "structure",
        "The text is not JSON: {found}; expected {expected}",
        "文本不是 JSON：{found}；应为{expected}",
    ),
    "json.duplicate-key": Message(
        "error",
        "invalid",
        "The property '{found}' stands more than once in the same object; expected once",
        "属性“{found}”在同一对象中出现多次；应只出现一次",
    ),
    "json.comment": Message(
        "error",
        "invalid",
        "Comments are not allowed in JSON; found '{found}'",
        "JSON 中不允许注释；发现“{found}”",
    ),
    "json.missing-comma": Message(
        "error",
        "invalid",
        "A comma is missing before {found}",
        "{found} 之前缺少逗号",
    ),
    "json.extra-comma": Message(
        "error",
        "invalid",
        "There is a comma too many before {found}",
        "{found} 之前多了一个逗号",
    ),
    "json.missing-colon": Message(
        "error",
        "invalid",
        "A colon is missing between the property '{found}' and its value",
        "属性“{found}”与其值之间缺少冒号",
    ),
    "json.unquoted-name": Message(
        "error",
        "invalid",
        'The property name {found} has no double quotes around it; expected "{expected}"',
        '属性名 {found} 没有双引号；应为 "{expected}"',
    ),
    "json.unquoted-value": Message(
        "error",
        "invalid",
        "The value {found} of the property '{name}' has no double quotes around it; expected \"{expected}\"",
        '属性“{name}”的值 {found} 没有双引号；应为 "{expected}"',
    ),
    "json.not-a-number": Message(
        "error",
        "invalid",
        "{found} is not a JSON number; expected a form like 1.50",
        "{found} 不是 JSON 数字；应类似 1.50",
    ),
    "json.bad-character": Message(
        "error",
        "invalid",
        "The string holds {found}, which JSON allows only as an escape such as {expected}",
        "字符串中含有 {found}，JSON 只允许其转义形式，例如 {expected}",
    ),
    "json.bad-escape": Message(
        "error",
        "invalid",
        "The escape {found} is not known to JSON",
        "JSON 不支持转义 {found}",
    ),
    "xml.unknown-root": Message(
        "fatal",
        "structure",
        "The root element is '{found}'; expected a FHIR R4 resource such as Patient in the namespace {expected}",
        "根元素为“{found}”；应为命名空间 {expected} 中的 FHIR R4 资源，例如 Patient",
    ),
    "xml.unknown-resource": Message(
        "error",
        "structure",
        "'{found}' is not a resource type of FHIR R4",
        "“{found}”不是 FHIR R4 的资源类型",
    ),
    "xml.unknown-element": Message(
        "error",
        "structure",
        "Unknown element '{found}' in {type}; expected one of: {expected}",
        "{type} 中有未知元素“{found}”；应为下列之一：{expected}",
    ),
    "xml.wrong-namespace": Message(
        "error",
        "structure",
        "The element '{name}' is in the namespace '{found}'; expected '{expected}'",
        "元素“{name}”的命名空间为“{found}”；应为“{expected}”",
    ),
    "xml.unknown-attribute": Message(
        "error",
        "structure",
        "Unknown attribute '{found}' on '{name}'; expected only: {expected}",
        "“{name}”上有未知属性“{found}”；只允许：{expected}",
    ),
    "xml.schema-location": Message(
        "error",
        "structure",
        "The attribute '{found}' on '{name}' names a schema; expected none in exchanged content",
        "“{name}”上的属性“{found}”指定了模式；交换的内容中不应出现",
    ),
    "xml.text": Message(
        "error",
        "structure",
        "There is text in '{name}' where none belongs: '{found}'; expected values in the attribute 'value'",
        "“{name}”中出现了不应有的文本：“{found}”；值应写在属性 value 中",
    ),
    "xml.out-of-order": Message(
        "error",
        "structure",
        "The element '{found}' is out of order; expected before '{expected}'",
        "元素“{found}”的顺序不对；应在“{expected}”之前",
    ),
    "xml.repeated": Message(
        "error",
        "structure",
        "The element '{found}' stands more than once; expected at most once",
        "元素“{found}”出现多次；最多应出现一次",
    ),
    "xml.no-value": Message(
        "error",
        "required",
        "The element '{found}' has no value; expected an attribute 'value' or an extension",
        "元素“{found}”没有值；应有属性 value 或扩展",
    ),
    "xml.one-resource": Message(
        "error",
        "structure",
        "'{name}' holds {found} resources; expected exactly one",
        "“{name}”中有 {found} 个资源；应恰好有一个",
    ),
}

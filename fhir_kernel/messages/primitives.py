"""Values of primitive types (https://hl7.org/fhir/R4/datatypes.html#primitive)."""

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "primitive.json-type": Message(
        "error",
        "invalid",
        "Expected a {expected} for type {type}, found {found}",
        "类型 {type} 应为 {expected}，实际为 {found}",
    ),
    "primitive.format": Message(
        "error",
        "invalid",
        "'{found}' is not a valid {type}: expected {expected}",
        "“{found}”不是有效的 {type}：应为{expected}",
    ),
    "primitive.empty": Message(
        "error",
        "invalid",
        "The value is empty: expected at least one character that is not white space",
        "值为空：至少应有一个非空白字符",
    ),
    "primitive.range": Message(
        "error",
        "invalid",
        "{found} is outside the range of {type}: expected {expected}",
        "{found} 超出 {type} 的取值范围：应为{expected}",
    ),
    "primitive.too-long": Message(
        "error",
        "too-long",
        "The value has {found} characters, {expected} at the most are allowed",
        "值有 {found} 个字符，最多允许 {expected} 个",
    ),
    "primitive.time-zone": Message(
        "error",
        "invalid",
        "'{found}' has a time but no time zone: expected Z or ±hh:mm at the end",
        "“{found}”有时间但没有时区：末尾应为 Z 或 ±hh:mm",
    ),
    "primitive.no-such-date": Message(
        "error", "invalid", "'{found}' is not a date of the calendar", "日历中不存在日期“{found}”"
    ),
    "primitive.implausible-year": Message(
        "warning",
        "invalid",
        "'{found}' lies outside the years {expected} that are plausible",
        "“{found}”不在合理的年份范围 {expected} 之内",
    ),
    "primitive.white-space": Message(
        "warning", "invalid", "'{found}' begins or ends with white space", "“{found}”以空白字符开头或结尾"
    ),
    "primitive.control-character": Message(
        "error",
        "invalid",
        "The value holds the control character {found}, which FHIR does not allow",
        "值含有 FHIR 不允许的控制字符 {found}",
    ),
    "primitive.uuid": Message(
        "error",
        "invalid",
        "'{found}' is not a valid UUID: expected urn:uuid: and lower-case 8-4-4-4-12 hexadecimal digits",
        "“{found}”不是有效的 UUID：应为 urn:uuid: 加小写的 8-4-4-4-12 位十六进制数",
    ),
    "primitive.oid": Message(
        "error",
        "invalid",
        "'{found}' is not a valid OID: expected urn:oid: and numbers separated by dots, the first 0, 1 or 2",
        "“{found}”不是有效的 OID：应为 urn:oid: 加以点分隔的数字，首位为 0、1 或 2",
    ),
    "primitive.uuid-case": Message(
        "warning",
        "invalid",
        "'{found}' is a UUID with capital letters; FHIR asks for lower case",
        "“{found}”是含大写字母的 UUID；FHIR 要求小写",
    ),
    "primitive.oid-reference": Message(
        "warning",
        "invalid",
        "'{found}' refers to an OID that cannot exist: expected numbers separated by dots",
        "“{found}”引用了不可能存在的 OID：应为以点分隔的数字",
    ),
    "primitive.base64": Message(
        "error", "invalid", "'{found}' is not valid Base64: {expected}", "“{found}”不是有效的 Base64：{expected}"
    ),
    "primitive.html": Message(
        "warning",
        "security",
        "The text '{found}' looks like HTML; plain text is expected",
        "文本“{found}”看似 HTML；应为纯文本",
    ),
    "primitive.attachment-size": Message(
        "error",
        "invalid",
        "Attachment.size is {found}, but its data has {expected} bytes",
        "Attachment.size 为 {found}，但其数据有 {expected} 字节",
    ),
}

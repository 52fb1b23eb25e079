"""The shape of a resource: properties, arrays, cardinality."""

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "structure.not-an-object": Message(
        "error",
        "structure",
        "Expected a JSON object of type {expected}, found {found}",
        "应为类型 {expected} 的 JSON 对象，实际为 {found}",
    ),
    "structure.unknown-property": Message(
        "error", "structure", "{type} has no element '{found}'", "{type} 没有元素“{found}”"
    ),
    "structure.unknown-property-near": Message(
        "error",
        "structure",
        "{type} has no element '{found}'; did you mean '{expected}'?",
        "{type} 没有元素“{found}”；是否应为“{expected}”？",
    ),
    "structure.not-a-list": Message(
        "error",
        "structure",
        "'{name}' repeats, so JSON must hold an array; found {found}",
        "“{name}”可重复，JSON 中应为数组；实际为 {found}",
    ),
    "structure.empty-list": Message(
        "error",
        "structure",
        "The array '{name}' is empty: leave the property out where there is no value",
        "数组“{name}”为空：没有值时应省略该属性",
    ),
    "structure.sibling-length": Message(
        "error",
        "structure",
        "'{name}' has {found} items, but the array of its values has {expected}",
        "“{name}”有 {found} 项，而其值数组有 {expected} 项",
    ),
    "structure.empty-element": Message(
        "error",
        "structure",
        "The element of type {type} is empty: it must have a value or children (ele-1)",
        "类型 {type} 的元素为空：必须有值或子元素（ele-1）",
    ),
    "structure.id-extension": Message(
        "error",
        "structure",
        "The id of a resource has no extensions; expected a value alone",
        "资源的 id 不能有扩展；应只有值",
    ),
    "structure.null": Message(
        "error",
        "structure",
        "'{name}' is null: leave the property out where there is no value",
        "“{name}”为 null：没有值时应省略该属性",
    ),
    "structure.many-choices": Message(
        "error",
        "structure",
        "'{name}' may stand once, in one type; found {found}",
        "“{name}”只能以一种类型出现一次；实际有 {found}",
    ),
    "structure.no-resource-type": Message(
        "error",
        "structure",
        "The object has no resourceType, so it is not a resource; found properties {found}",
        "对象没有 resourceType，不是资源；实际属性有 {found}",
    ),
    "structure.unknown-resource-type": Message(
        "error",
        "structure",
        "'{found}' is not a FHIR R4 resource type{expected}",
        "“{found}”不是 FHIR R4 资源类型{expected}",
    ),
    "structure.too-deep": Message(
        "fatal", "too-long", "The resource nests deeper than {expected} levels", "资源嵌套超过 {expected} 层"
    ),
    "cardinality.min": Message(
        "error",
        "required",
        "'{name}' is required: found {found}, at least {expected} expected",
        "“{name}”必填：实际 {found} 个，至少应有 {expected} 个",
    ),
    "cardinality.max": Message(
        "error",
        "structure",
        "'{name}' stands {found} times, {expected} at the most are allowed",
        "“{name}”出现 {found} 次，最多允许 {expected} 次",
    ),
    "invariant.violated": Message("error", "invariant", "Rule {key} is broken: {human}", "违反规则 {key}：{human}"),
    "invariant.unusable": Message(
        "warning", "not-supported", "Rule {key} could not be checked: {reason}", "规则 {key} 无法检查：{reason}"
    ),
}

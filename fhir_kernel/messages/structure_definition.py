"""What is wrong with a StructureDefinition (https://hl7.org/fhir/R4/structuredefinition.html)."""

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "structure-definition.unknown-base": Message(
        "warning",
        "not-found",
        "The base {found} is not known, so the differential was not applied to it",
        "未知基础定义 {found}，因此未将差异应用于它",
    ),
    "structure-definition.broken-base": Message(
        "warning",
        "processing",
        "The base {found} cannot be used, so the differential was not applied to it: {reason}",
        "基础定义 {found} 无法使用，因此未将差异应用于它：{reason}",
    ),
    "structure-definition.no-derivation": Message(
        "error",
        "required",
        "A definition with a base must say how it is derived (derivation: specialization or constraint)",
        "有基础定义时必须说明派生方式（derivation：specialization 或 constraint）",
    ),
    "structure-definition.kind-differs": Message(
        "error", "invalid", "The kind is {found}, the base has {expected}", "类别为 {found}，而基础定义为 {expected}"
    ),
    "structure-definition.type-differs": Message(
        "error",
        "invalid",
        "A constraint has the type of its base: found {found}, expected {expected}",
        "约束的类型必须与基础定义相同：实际为 {found}，应为 {expected}",
    ),
    "structure-definition.type-same": Message(
        "error",
        "invalid",
        "A specialization defines a new type, but {found} is the type of its base",
        "特化应定义新的类型，但 {found} 是其基础定义的类型",
    ),
    "structure-definition.no-snapshot": Message(
        "error",
        "processing",
        "The differential cannot be applied to the base at {found}: {reason}",
        "无法在 {found} 处将差异应用于基础定义：{reason}",
    ),
    "structure-definition.snapshot-differs": Message(
        "warning",
        "business-rule",
        "The snapshot has {found} elements, the differential applied to the base gives {expected}; "
        "it may be out of date",
        "快照有 {found} 个元素，而将差异应用于基础定义得到 {expected} 个；快照可能已过时",
    ),
    "structure-definition.extension-url": Message(
        "error",
        "invalid",
        "The differential must fix Extension.url to {expected}, found {found}",
        "差异必须将 Extension.url 固定为 {expected}，实际为 {found}",
    ),
    "structure-definition.context-not-extension": Message(
        "error",
        "invalid",
        "Only an extension has a context, this is a definition of {found}",
        "只有扩展才有使用上下文，而这是 {found} 的定义",
    ),
    "structure-definition.context-unknown": Message(
        "error", "invalid", "The context {found} is no element of FHIR", "使用上下文 {found} 不是 FHIR 中的元素"
    ),
    "structure-definition.context-anywhere": Message(
        "warning",
        "business-rule",
        "The context Element lets the extension stand anywhere; name the elements that it is for",
        "上下文 Element 允许在任何地方使用该扩展；请指明其适用的元素",
    ),
    "structure-definition.context-needs-no-fhirpath": Message(
        "warning",
        "business-rule",
        "The context {found} names an element, so its type should be element, not fhirpath",
        "上下文 {found} 指的是元素，其类型应为 element 而不是 fhirpath",
    ),
    "structure-definition.expression": Message(
        "error",
        "invalid",
        "The expression '{found}' cannot be used: {reason}",
        "表达式“{found}”无法使用：{reason}",
    ),
    "structure-definition.path": Message(
        "error", "invalid", "The path {found} must begin with {expected}", "路径 {found} 必须以 {expected} 开头"
    ),
    "structure-definition.facet": Message(
        "error", "business-rule", "{found} has no meaning for the types {types}", "{found} 对类型 {types} 没有意义"
    ),
    "structure-definition.meaning-when-missing": Message(
        "error",
        "invalid",
        "A constraint cannot say what it means that {found} is missing",
        "约束不能规定缺少 {found} 时的含义",
    ),
    "structure-definition.target-without-reference": Message(
        "error",
        "business-rule",
        "Only references and canonicals have target profiles, {found} has none",
        "只有引用和规范 URL 才有目标配置文件，{found} 没有",
    ),
    "structure-definition.unknown-profile": Message(
        "warning", "not-found", "The profile {found} is not known", "配置文件 {found} 未知"
    ),
    "structure-definition.profile-of-other-type": Message(
        "error",
        "business-rule",
        "The profile {profile} is for {found}, the element has type {expected}",
        "配置文件 {profile} 适用于 {found}，而元素的类型为 {expected}",
    ),
    "structure-definition.target-no-resource": Message(
        "error",
        "business-rule",
        "The target {profile} is a definition of {found}, which is no resource",
        "目标 {profile} 是 {found} 的定义，不是资源",
    ),
    "structure-definition.value-type": Message(
        "error",
        "invalid",
        "The value has type {found}, the element allows {expected}",
        "值的类型为 {found}，元素允许 {expected}",
    ),
    "structure-definition.value-differs": Message(
        "error",
        "value",
        "Found {found}, but the base already asks for {expected}",
        "实际为 {found}，但基础定义已要求 {expected}",
    ),
    "structure-definition.constraint-source": Message(
        "error",
        "invalid",
        "The source {found} says that the constraint comes from elsewhere; in a differential it must be {expected}",
        "来源 {found} 表示约束来自其他定义；在差异中必须为 {expected}",
    ),
    "structure-definition.constraint-key": Message(
        "error",
        "invalid",
        "The key {key} already stands for '{expected}' and cannot mean '{found}' as well",
        "键 {key} 已表示“{expected}”，不能再表示“{found}”",
    ),
    "structure-definition.slicing-at-root": Message(
        "error", "invalid", "The root {found} cannot be sliced", "不能对根元素 {found} 进行切片"
    ),
    "structure-definition.slicing-without-repeat": Message(
        "error", "invalid", "{found} does not repeat, so it cannot be sliced", "{found} 不能重复出现，因此不能切片"
    ),
    "structure-definition.slicing-changed": Message(
        "error",
        "business-rule",
        "The element is already sliced by {expected}, a slice cannot change this to {found}",
        "该元素已按 {expected} 切片，切片不能将其改为 {found}",
    ),
    "structure-definition.discriminator": Message(
        "error",
        "invalid",
        "The discriminator path '{found}' is not valid for {expected}: {reason}",
        "鉴别路径“{found}”对 {expected} 无效：{reason}",
    ),
}

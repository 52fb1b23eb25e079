"""What profiles ask (https://hl7.org/fhir/R4/profiling.html)."""

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "profile.unknown": Message(
        "warning", "not-found", "The profile {url} is not known{near}", "配置文件 {url} 未知{near}"
    ),
    "profile.required-unknown": Message(
        "error",
        "not-found",
        "The profile {url} that is asked for is not known{near}",
        "要求的配置文件 {url} 未知{near}",
    ),
    "profile.broken": Message(
        "error", "processing", "The profile {url} cannot be used: {reason}", "配置文件 {url} 无法使用：{reason}"
    ),
    "profile.wrong-type": Message(
        "error",
        "structure",
        "The profile {url} is for {expected}, found {found}",
        "配置文件 {url} 适用于 {expected}，实际为 {found}",
    ),
    "profile.not-a-profile": Message(
        "error",
        "invalid",
        "{url} is a {found}, not a StructureDefinition",
        "{url} 是 {found}，不是 StructureDefinition",
    ),
    "type.not-allowed": Message(
        "error",
        "structure",
        "'{name}' is of type {found}; the profile allows {expected}",
        "“{name}”的类型为 {found}；配置文件允许 {expected}",
    ),
    "type.no-profile-fits": Message(
        "error",
        "structure",
        "The value conforms to none of the profiles {expected}",
        "该值不符合任何一个配置文件：{expected}",
    ),
    "reference.no-profile-fits": Message(
        "error",
        "structure",
        "{reference} conforms to none of the profiles {expected}",
        "{reference} 不符合任何一个配置文件：{expected}",
    ),
    "reference.aggregation": Message(
        "error",
        "structure",
        "The reference '{reference}' is {found}; the profile allows {expected}",
        "引用“{reference}”的方式为 {found}；配置文件允许 {expected}",
    ),
    "reference.not-found": Message(
        "warning",
        "not-found",
        "The target of '{reference}' was not found, so it could not be checked",
        "未找到“{reference}”的目标，无法检查",
    ),
    "value.fixed": Message(
        "error", "value", "Found {found}; the profile fixes {expected}", "实际为 {found}；配置文件固定为 {expected}"
    ),
    "value.fixed-extra": Message(
        "error",
        "value",
        "Found {found}, which the fixed value of the profile does not have",
        "实际有 {found}，而配置文件的固定值中没有",
    ),
    "value.pattern": Message(
        "error",
        "value",
        "Found {found}; the pattern of the profile asks for {expected}",
        "实际为 {found}；配置文件的模式要求 {expected}",
    ),
    "value.max-length": Message(
        "error",
        "too-long",
        "The value has {found} characters, {expected} at the most are allowed",
        "值有 {found} 个字符，最多允许 {expected} 个",
    ),
    "value.min-length": Message(
        "error",
        "value",
        "The value has {found} characters, at least {expected} are expected",
        "值有 {found} 个字符，至少应有 {expected} 个",
    ),
    "value.too-small": Message(
        "error",
        "value",
        "{found} is less than the least that is allowed, {expected}",
        "{found} 小于允许的最小值 {expected}",
    ),
    "value.too-large": Message(
        "error",
        "value",
        "{found} is more than the most that is allowed, {expected}",
        "{found} 大于允许的最大值 {expected}",
    ),
    "slicing.unmatched": Message(
        "error",
        "structure",
        "The value matches none of the slices of '{name}', whose slicing is closed: found {found}; expected {expected}",
        "该值不匹配“{name}”的任何切片，而该切片是封闭的：实际 {found}；应为 {expected}",
    ),
    "slicing.min": Message(
        "error",
        "required",
        "Slice '{slice}' of '{name}' is required: found {found}, at least {expected} expected ({test})",
        "“{name}”的切片“{slice}”必填：实际 {found} 个，至少应有 {expected} 个（{test}）",
    ),
    "slicing.max": Message(
        "error",
        "structure",
        "Slice '{slice}' of '{name}' stands {found} times, {expected} at the most are allowed",
        "“{name}”的切片“{slice}”出现 {found} 次，最多允许 {expected} 次",
    ),
    "slicing.ambiguous": Message(
        "error",
        "structure",
        "The value matches more than one slice of '{name}': {found}",
        "该值匹配“{name}”的多个切片：{found}",
    ),
    "slicing.order": Message(
        "error",
        "structure",
        "Slice '{slice}' of '{name}' stands after '{found}'; the slicing is ordered",
        "“{name}”的切片“{slice}”位于“{found}”之后；该切片是有序的",
    ),
    "slicing.not-at-end": Message(
        "error",
        "structure",
        "A value outside all slices of '{name}' stands before slice '{slice}'; such values must come last",
        "“{name}”中不属于任何切片的值位于切片“{slice}”之前；此类值必须排在最后",
    ),
    "slicing.undecidable": Message(
        "error",
        "structure",
        "Slice '{slice}' of '{name}' cannot be told by its discriminators ({test}): the profile states nothing there",
        "“{name}”的切片“{slice}”无法由其鉴别器（{test}）判别：配置文件未作规定",
    ),
}

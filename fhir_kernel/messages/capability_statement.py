"""What is wrong with a CapabilityStatement (https://hl7.org/fhir/R4/capabilitystatement.html)."""

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "capability-statement.search-type": Message(
        "error",
        "invalid",
        "The search parameter {definition} has type {expected}, but here it is given as {found}",
        "搜索参数 {definition} 的类型为 {expected}，但此处给出的是 {found}",
    ),
    "capability-statement.search-name": Message(
        "information",
        "business-rule",
        "The search parameter {definition} has the code '{expected}', but here it goes by the name '{found}'",
        "搜索参数 {definition} 的代码为“{expected}”，但此处的名称为“{found}”",
    ),
    "capability-statement.search-base": Message(
        "warning",
        "business-rule",
        "The search parameter {definition} is defined for {expected}, not for {found}",
        "搜索参数 {definition} 是为 {expected} 定义的，而不是 {found}",
    ),
    "capability-statement.profile-type": Message(
        "warning",
        "business-rule",
        "The profile {profile_url} is for {found}, but it is listed under the resource type {expected}",
        "配置文件 {profile_url} 适用于 {found}，却列在资源类型 {expected} 之下",
    ),
    "capability-statement.operation-type": Message(
        "warning",
        "business-rule",
        "The operation {operation} is defined for {expected}, but it is listed under the resource type {found}",
        "操作 {operation} 是为 {expected} 定义的，却列在资源类型 {found} 之下",
    ),
}

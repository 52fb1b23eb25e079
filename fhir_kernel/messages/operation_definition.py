"""What is wrong with an OperationDefinition (https://hl7.org/fhir/R4/operationdefinition.html)."""

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "operation-definition.profile-unknown": Message(
        "warning",
        "not-found",
        "The profile {found} is not known, so the parameters were not compared with it",
        "未知配置文件 {found}，因此未将参数与其进行比较",
    ),
    "operation-definition.profile-broken": Message(
        "warning",
        "processing",
        "The profile {found} cannot be used, so the parameters were not compared with it: {reason}",
        "配置文件 {found} 无法使用，因此未将参数与其进行比较：{reason}",
    ),
    "operation-definition.profile-type": Message(
        "error",
        "invalid",
        "The profile {profile_url} is for {found}; expected a profile on Parameters",
        "配置文件 {profile_url} 适用于 {found}；应为 Parameters 的配置文件",
    ),
    "operation-definition.parameter-undefined": Message(
        "warning",
        "business-rule",
        "The profile {profile_url} describes a parameter '{found}', which is not among the '{use}' parameters of the "
        "operation",
        "配置文件 {profile_url} 描述了参数“{found}”，但操作的“{use}”参数中没有它",
    ),
    "operation-definition.parameter-not-described": Message(
        "warning",
        "business-rule",
        "The '{use}' parameter '{found}' of the operation is not described by the profile {profile_url}",
        "配置文件 {profile_url} 未描述操作的“{use}”参数“{found}”",
    ),
    "operation-definition.number-differs": Message(
        "error",
        "business-rule",
        "The '{use}' parameter '{parameter}' has {what} {expected}, but the profile {profile_url} gives it {what} "
        "{found}",
        "“{use}”参数“{parameter}”的 {what} 为 {expected}，但配置文件 {profile_url} 给出的 {what} 为 {found}",
    ),
    "operation-definition.type-added": Message(
        "error",
        "business-rule",
        "The profile {profile_url} allows types for the '{use}' parameter '{parameter}' that the operation does not: "
        "{found}; expected {expected}",
        "配置文件 {profile_url} 为“{use}”参数“{parameter}”允许了操作所不允许的类型：{found}；应为 {expected}",
    ),
    "operation-definition.type-missing": Message(
        "error",
        "business-rule",
        "The operation allows types for the '{use}' parameter '{parameter}' that the profile {profile_url} does not: "
        "{expected}; the profile allows {found}",
        "操作为“{use}”参数“{parameter}”允许了配置文件 {profile_url} 所不允许的类型：{expected}；配置文件允许 {found}",
    ),
    "operation-definition.target-added": Message(
        "error",
        "business-rule",
        "The profile {profile_url} allows targets for the '{use}' parameter '{parameter}' that the operation does not: "
        "{found}; expected {expected}",
        "配置文件 {profile_url} 为“{use}”参数“{parameter}”允许了操作所不允许的目标：{found}；应为 {expected}",
    ),
    "operation-definition.target-missing": Message(
        "error",
        "business-rule",
        "The operation allows targets for the '{use}' parameter '{parameter}' that the profile {profile_url} does not: "
        "{expected}; the profile allows {found}",
        "操作为“{use}”参数“{parameter}”允许了配置文件 {profile_url} 所不允许的目标：{expected}；配置文件允许 {found}",
    ),
}

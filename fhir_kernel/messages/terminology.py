"""Why a code, a unit, a code system or a value set is not as it should be, or cannot be judged."""

from __future__ import annotations

from fhir_kernel.messages.message import Message


def _wrong(en: str, zh: str, code: str = "code-invalid") -> Message:
    return Message("error", code, en, zh)


def _cannot_tell(en: str, zh: str) -> Message:
    return Message("warning", "not-found", en, zh)


_CODES = {
    "terminology.unknown-code": _wrong("'{code}' is not a code of {system}", "“{code}”不是 {system} 中的代码"),
    "terminology.case-differs": Message(
        "information",
        "informational",
        "'{code}' is written '{expected}' in {system}",
        "“{code}”在 {system} 中写作“{expected}”",
    ),
    "terminology.not-in-value-set": _wrong(
        "'{code}' of {system} is not in {value_set}", "{system} 的“{code}”不在 {value_set} 中"
    ),
    "terminology.not-a-member": _wrong(
        "'{code}' is not one of the codes of {value_set}", "“{code}”不是 {value_set} 中的代码"
    ),
    "terminology.code-too-long": _wrong(
        "a code of {found} characters is longer than the {expected} that are looked up",
        "代码长 {found} 个字符，超过可查询的 {expected} 个字符",
    ),
    "terminology.without-system": _cannot_tell(
        "'{code}' comes without a code system, so it has no defined meaning", "“{code}”未注明代码系统，含义无从确定"
    ),
}

_FORMS = {
    "terminology.snomed-form": _wrong(
        "'{code}' cannot be a SNOMED CT concept: an identifier has 6 to 18 digits and no leading zero",
        "“{code}”不可能是 SNOMED CT 概念：标识符为 6 至 18 位数字，且不以零开头",
    ),
    "terminology.snomed-check-digit": _wrong(
        "'{code}' cannot be a SNOMED CT concept: its last digit is {found}, the check digit is {expected}",
        "“{code}”不可能是 SNOMED CT 概念：末位是 {found}，校验位应为 {expected}",
    ),
    "terminology.snomed-partition": _wrong(
        "'{code}' is a SNOMED CT {found}, not a concept", "“{code}”是 SNOMED CT 的 {found}，不是概念"
    ),
    "terminology.loinc-form": _wrong(
        "'{code}' cannot be a LOINC code: expected digits, a hyphen and a check digit, or a part such as LP7751-3",
        "“{code}”不可能是 LOINC 代码：应为数字、连字符和校验位，或 LP7751-3 这样的部件代码",
    ),
    "terminology.loinc-check-digit": _wrong(
        "'{code}' cannot be a LOINC code: its check digit is {found}, expected {expected}",
        "“{code}”不可能是 LOINC 代码：校验位是 {found}，应为 {expected}",
    ),
    "terminology.language-form": _wrong(
        "'{code}' is not a language tag of BCP 47 such as zh-CN or en",
        "“{code}”不是 BCP 47 语言标签，正确的例子有 zh-CN、en",
    ),
    "terminology.language-subtag": _wrong(
        "'{code}' is not a language tag: '{found}' is not a registered {expected}",
        "“{code}”不是语言标签：“{found}”不是已注册的 {expected}",
    ),
    "terminology.mime-form": _wrong(
        "'{code}' is not a media type: expected type/subtype, such as application/pdf",
        "“{code}”不是媒体类型：应为“类型/子类型”，例如 application/pdf",
    ),
    "terminology.mime-type": _cannot_tell(
        "'{found}' in '{code}' is not a registered top-level media type",
        "“{code}”中的“{found}”不是已注册的媒体顶层类型",
    ),
}

_SYSTEMS = {
    "terminology.unknown-system": _cannot_tell(
        "the code system {system} is not loaded, so '{code}' cannot be checked",
        "未加载代码系统 {system}，无法核对“{code}”",
    ),
    "terminology.unknown-system-near": _cannot_tell(
        "the code system {system} is not known, so '{code}' cannot be checked; did you mean {nearest}?",
        "代码系统 {system} 未知，无法核对“{code}”；是否应为 {nearest}？",
    ),
    "terminology.unknown-version": _cannot_tell(
        "version {version} of {system} is not loaded, so '{code}' cannot be checked; loaded: {held}",
        "未加载 {system} 的 {version} 版，无法核对“{code}”；已加载：{held}",
    ),
    "terminology.incomplete-system": _cannot_tell(
        "only a part of {system} is loaded ({content}) and '{code}' is not in it",
        "{system} 仅加载了一部分（{content}），其中没有“{code}”",
    ),
    "terminology.empty-system": _cannot_tell(
        "{system} is loaded without any concept, so '{code}' cannot be checked",
        "已加载的 {system} 没有任何概念，无法核对“{code}”",
    ),
    "terminology.system-is-value-set": _wrong(
        "{system} is a value set, not a code system", "{system} 是值集，不是代码系统", "invalid"
    ),
    "terminology.system-is-value-set-of": _wrong(
        "{system} is a value set, not a code system; its codes come from {nearest}",
        "{system} 是值集，不是代码系统；其代码来自 {nearest}",
        "invalid",
    ),
    "terminology.system-is-relative": _wrong(
        "the code system '{system}' is not an absolute URI", "代码系统“{system}”不是绝对 URI", "invalid"
    ),
    "terminology.system-is-relative-near": _wrong(
        "the code system '{system}' is not an absolute URI; did you mean {nearest}?",
        "代码系统“{system}”不是绝对 URI；是否应为 {nearest}？",
        "invalid",
    ),
    "terminology.system-is-supplement": _wrong(
        "{system} is a supplement, which cannot be used as a code system; it supplements {nearest}",
        "{system} 是补充集，不能用作代码系统；它补充的是 {nearest}",
        "invalid",
    ),
    "terminology.system-misspelt": Message(
        "warning",
        "invalid",
        "{system} is not a known code system; the URI is {nearest}",
        "{system} 不是已知的代码系统，正确的 URI 是 {nearest}",
    ),
}

_VALUE_SETS = {
    "terminology.unknown-value-set": _cannot_tell("the value set {value_set} is not loaded", "未加载值集 {value_set}"),
    "terminology.unknown-value-set-version": _cannot_tell(
        "version {version} of the value set {value_set} is not loaded; loaded: {held}",
        "未加载值集 {value_set} 的 {version} 版；已加载：{held}",
    ),
    "terminology.empty-value-set": _cannot_tell(
        "the value set {value_set} is loaded without any content", "已加载的值集 {value_set} 没有任何内容"
    ),
    "terminology.incomplete-expansion": _cannot_tell(
        "the value set {value_set} is loaded with a part of its expansion only", "值集 {value_set} 仅加载了展开的一部分"
    ),
    "terminology.cyclic-value-set": _cannot_tell(
        "the value set {value_set} includes itself", "值集 {value_set} 包含其自身"
    ),
    "terminology.deep-value-set": _cannot_tell(
        "the value set {value_set} nests more than {expected} value sets", "值集 {value_set} 嵌套超过 {expected} 层"
    ),
    "terminology.versions-side-by-side": _cannot_tell(
        "the value set includes and excludes codes of several versions of {system}",
        "值集包含并排除了 {system} 多个版本的代码",
    ),
    "terminology.filter": _cannot_tell(
        "the filter '{property} {op} {value}' on {system} cannot be applied",
        "无法应用 {system} 的过滤条件“{property} {op} {value}”",
    ),
}

_UNITS = {
    "terminology.unit-empty": _wrong("the unit is empty", "单位为空"),
    "terminology.unit-too-long": _wrong(
        "a unit of {found} characters is longer than the {expected} that are read",
        "单位长 {found} 个字符，超过可读取的 {expected} 个字符",
    ),
    "terminology.unit-too-deep": _wrong(
        "the unit '{unit}' nests more than {expected} parentheses", "单位“{unit}”的括号嵌套超过 {expected} 层"
    ),
    "terminology.unit-unknown": _wrong("'{found}' is not a UCUM unit", "“{found}”不是 UCUM 单位"),
    "terminology.unit-unknown-near": _wrong(
        "'{found}' is not a UCUM unit; did you mean {nearest}?", "“{found}”不是 UCUM 单位；是否应为 {nearest}？"
    ),
    "terminology.unit-not-metric": _wrong(
        "'{found}' is not a UCUM unit: '{atom}' takes no prefix such as '{prefix}'",
        "“{found}”不是 UCUM 单位：“{atom}”不可带词头“{prefix}”",
    ),
    "terminology.unit-character": _wrong(
        "the unit '{unit}' holds {found} at character {offset}, which UCUM does not allow there",
        "单位“{unit}”第 {offset} 个字符是 {found}，UCUM 不允许",
    ),
    "terminology.unit-end": _wrong(
        "the unit '{unit}' ends where {expected} is expected", "单位“{unit}”不完整，末尾应有{expected}"
    ),
    "terminology.unit-exponent": _wrong(
        "the exponent {found} in '{unit}' is larger than {expected}", "“{unit}”中的指数 {found} 大于 {expected}"
    ),
}

_UPSTREAM = {
    "terminology.upstream-timeout": Message(
        "warning",
        "timeout",
        "the upstream terminology server at {host} did not answer within {expected} s",
        "上游术语服务器 {host} 未在 {expected} 秒内应答",
    ),
    "terminology.upstream-unreachable": Message(
        "warning",
        "transient",
        "the upstream terminology server at {host} cannot be reached ({found})",
        "无法连接上游术语服务器 {host}（{found}）",
    ),
    "terminology.upstream-status": Message(
        "warning",
        "transient",
        "the upstream terminology server at {host} answered with status {found}",
        "上游术语服务器 {host} 返回状态码 {found}",
    ),
    "terminology.upstream-not-admitted": Message(
        "warning",
        "transient",
        "the upstream terminology server at {host} did not let us in (status {found}); is upstream_token right?",
        "上游术语服务器 {host} 拒绝访问（状态码 {found}）；请检查 upstream_token",
    ),
    "terminology.upstream-redirect": Message(
        "warning",
        "transient",
        "the upstream terminology server at {host} redirects to {found}, which is not followed",
        "上游术语服务器 {host} 重定向到 {found}，未跟随",
    ),
    "terminology.upstream-malformed": Message(
        "warning",
        "transient",
        "the upstream terminology server at {host} answered with something other than {expected}: {found}",
        "上游术语服务器 {host} 的应答不是 {expected}：{found}",
    ),
    "terminology.upstream-too-large": Message(
        "warning",
        "too-costly",
        "the upstream terminology server at {host} answered with more than {expected} bytes",
        "上游术语服务器 {host} 的应答超过 {expected} 字节",
    ),
    "terminology.upstream-question": Message(
        "warning",
        "too-costly",
        "the question has {found} bytes, more than the {expected} that the upstream terminology server at {host}"
        " is asked with",
        "问题有 {found} 字节，超过向上游术语服务器 {host} 提问的上限 {expected} 字节",
    ),
    "terminology.upstream-resting": Message(
        "warning",
        "transient",
        "the upstream terminology server at {host} failed {found} times in a row and is not asked for {expected} s",
        "上游术语服务器 {host} 连续失败 {found} 次，{expected} 秒内不再提问",
    ),
    "terminology.upstream-says": Message(
        "information",
        "informational",
        "the upstream terminology server at {host} says: {found}",
        "上游术语服务器 {host} 答复：{found}",
    ),
}

MESSAGES: dict[str, Message] = {**_CODES, **_FORMS, **_SYSTEMS, **_VALUE_SETS, **_UNITS, **_UPSTREAM}

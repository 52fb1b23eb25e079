"""Issues of Measure and MeasureReport (https://hl7.org/fhir/R4/measure.html)."""

from __future__ import annotations

from fhir_kernel.messages.message import Message, Severity


def _message(severity: Severity, en: str, zh: str, code: str = "business-rule") -> Message:
    return Message(severity, code, en, zh)


_PARTS = {
    "measure.no-groups": _message(
        "warning", "The Measure has no group; expected at least one", "度量没有组；至少应有一个", "required"
    ),
    "measure.group-without-code": _message(
        "warning",
        "The group has no code; expected one where there are several groups",
        "该组没有代码；有多个组时应有代码",
        "required",
    ),
    "measure.no-populations": _message(
        "warning", "The group has no population; expected at least one", "该组没有人群；至少应有一个", "required"
    ),
    "measure.population-without-code": _message(
        "warning",
        "The population has no code; expected one where there are several populations",
        "该人群没有代码；有多个人群时应有代码",
        "required",
    ),
    "measure.population-missing": _message(
        "warning",
        "A group of a measure with {scoring} scoring lacks the population {expected}",
        "评分方式为 {scoring} 的度量，其组缺少人群 {expected}",
        "required",
    ),
    "measure.stratifier-without-code": _message(
        "warning",
        "The stratifier has no code; expected one where there are several stratifiers",
        "该分层没有代码；有多个分层时应有代码",
        "required",
    ),
    "measure.component-without-code": _message(
        "warning",
        "The component has no code; expected one where there are several components",
        "该分层组成部分没有代码；有多个时应有代码",
        "required",
    ),
}

_CRITERIA = {
    "measure.library-unknown": _message(
        "information",
        "No loaded package holds the Library '{found}', so expressions cannot be checked against it",
        "已加载的包中没有库“{found}”，无法据此核对表达式",
        "not-found",
    ),
    "measure.language-not-checked": _message(
        "warning",
        "Criteria in the language '{found}' are not checked; expected text/cql or text/cql-identifier",
        "不核对语言为“{found}”的条件；应为 text/cql 或 text/cql-identifier",
        "not-supported",
    ),
    "measure.no-cql-library": _message(
        "error",
        "The criteria are in CQL, but the Measure has no Library that is known; expected the Library that defines them",
        "条件以 CQL 写成，但度量没有已知的库；应有定义该条件的库",
        "invalid",
    ),
    "measure.library-ambiguous": _message(
        "error",
        "More than one Library may define '{found}'; expected the name of one Library before the definition",
        "多个库都可能定义“{found}”；应在定义之前写明一个库的名称",
        "invalid",
    ),
    "measure.library-not-listed": _message(
        "error",
        "The expression names the library '{found}', which the Measure does not list; expected a listed library",
        "表达式引用了度量未列出的库“{found}”；应为已列出的库",
        "invalid",
    ),
    "measure.no-elm": _message(
        "error",
        "The Library {library} carries no ELM, so '{found}' cannot be looked up in it; expected application/elm+xml",
        "库 {library} 不含 ELM，找不到定义“{found}”；应有 application/elm+xml 内容",
        "invalid",
    ),
    "measure.elm-unreadable": _message(
        "error",
        "The ELM of the Library {library} cannot be read ({reason}), so the definition '{found}' cannot be found",
        "无法读取库 {library} 的 ELM（{reason}），找不到定义“{found}”",
        "invalid",
    ),
    "measure.definition-unknown": _message(
        "error",
        "The Library {library} does not define '{found}'; expected the name of one of its definitions",
        "库 {library} 没有定义“{found}”；应为其某个定义的名称",
        "invalid",
    ),
}

_REPORT = {
    "measure-report.no-measure": _message(
        "information",
        "The report names no Measure, so it cannot be checked; expected a canonical URL",
        "报告未注明度量，无法核对；应有规范 URL",
        "required",
    ),
    "measure-report.unknown-measure": _message(
        "warning",
        "The Measure '{found}' is not known, so the report cannot be checked against it",
        "未找到度量“{found}”，无法据此核对报告",
        "not-found",
    ),
    "measure-report.scoring-unknown": _message(
        "information",
        "The Measure's scoring is '{found}', so scores cannot be checked; expected one of {expected}",
        "度量的评分方式为“{found}”，无法核对得分；应为 {expected} 之一",
    ),
    "measure-report.group-code-unusable": _message(
        "error", "The group's code has no coding with a system; expected one", "组的代码没有带 system 的编码；应有一个"
    ),
    "measure-report.group-code-wrong": _message(
        "error", "The group's code is {found}; the Measure has {expected}", "组的代码为 {found}；度量中为 {expected}"
    ),
    "measure-report.without-code": _message(
        "error",
        "The {kind} has no code; expected the code of a {kind} of the Measure",
        "{kind} 没有代码；应为度量中某个 {kind} 的代码",
    ),
    "measure-report.code-unknown": _message(
        "error",
        "The {kind} has the code '{found}'; expected the code of a {kind} of the Measure",
        "{kind} 的代码为“{found}”；应为度量中某个 {kind} 的代码",
    ),
    "measure-report.code-twice": _message(
        "error", "The {kind} '{found}' is there twice; expected it once", "{kind}“{found}”出现两次；只应出现一次"
    ),
    "measure-report.missing": _message(
        "error", "There is no {kind} '{expected}', which the Measure defines", "缺少度量所定义的 {kind}“{expected}”"
    ),
    "measure-report.subjects-not-allowed": _message(
        "error",
        "The population lists subjects in a report of type '{type}'; expected subjectResults in a subject-list only",
        "“{type}”类型的报告列出了人群的受试者；subjectResults 只用于 subject-list",
    ),
    "measure-report.count-differs": _message(
        "error",
        "The count is {found}, but the List of subjects has {expected} entries; expected the same number",
        "count 为 {found}，而受试者列表有 {expected} 个条目；两者应相等",
    ),
    "measure-report.no-count": _message(
        "warning", "The population has no count; expected one", "人群没有计数；应有 count"
    ),
}

_SCORE = {
    "measure-report.score-not-allowed": _message(
        "error", "There is a measureScore; expected none for '{expected}'", "存在 measureScore；“{expected}”不应有得分"
    ),
    "measure-report.no-score": _message(
        "error",
        "The group has no measureScore; expected one for {scoring} scoring",
        "组没有 measureScore；评分方式 {scoring} 应有得分",
        "required",
    ),
    "measure-report.score-without-value": _message(
        "error",
        "The score has no value; expected one for {scoring} scoring",
        "得分没有数值；评分方式 {scoring} 应有数值",
        "required",
    ),
    "measure-report.proportion-with-unit": _message(
        "error", "The score of a proportion has '{found}' here; expected no unit", "比例得分此处为“{found}”；不应有单位"
    ),
    "measure-report.proportion-range": _message(
        "error",
        "The score of a proportion is {found}; expected 0 to 1",
        "比例得分为 {found}；应在 0 至 1 之间",
        "value",
    ),
    "measure-report.ratio-without-unit": _message(
        "warning", "The score of a ratio has no unit; expected one", "比值得分没有单位；应有单位", "not-found"
    ),
    "measure-report.unit-differs": _message(
        "error",
        "The score's unit is '{found}'; the Measure has '{expected}'",
        "得分的单位为“{found}”；度量中为“{expected}”",
        "code-invalid",
    ),
}

MESSAGES: dict[str, Message] = {**_PARTS, **_CRITERIA, **_REPORT, **_SCORE}

"""Issues of Questionnaire and QuestionnaireResponse (https://hl7.org/fhir/R4/questionnaire.html)."""

from __future__ import annotations

from fhir_kernel.messages.message import Message


def _error(en: str, zh: str, code: str = "business-rule") -> Message:
    return Message("error", code, en, zh)


def _warning(en: str, zh: str, code: str = "business-rule") -> Message:
    return Message("warning", code, en, zh)


def _note(en: str, zh: str, code: str = "business-rule") -> Message:
    return Message("information", code, en, zh)


_CONDITIONS = {
    "questionnaire.condition-unknown": _error(
        "The condition of item '{link_id}' asks about '{found}'; expected the linkId of an item of this Questionnaire",
        "项目“{link_id}”的启用条件引用了“{found}”；应为本问卷中某个项目的 linkId",
    ),
    "questionnaire.condition-on-itself": _error(
        "The condition of item '{link_id}' asks about the item itself; expected another item",
        "项目“{link_id}”的启用条件引用了其自身；应引用其他项目",
    ),
    "questionnaire.condition-on-inner": _error(
        "The condition of item '{link_id}' asks about '{found}', which stands within it; expected an item outside",
        "项目“{link_id}”的启用条件引用了其内部的项目“{found}”；应引用其外部的项目",
    ),
    "questionnaire.condition-on-later": _warning(
        "The condition of item '{link_id}' asks about '{found}', which comes after it; expected an earlier item",
        "项目“{link_id}”的启用条件引用了排在其后的“{found}”；应引用排在前面的项目",
    ),
    "questionnaire.condition-without-answer": _warning(
        "The condition asks about '{found}', which is a {type} and never has an answer; expected a question",
        "启用条件引用了“{found}”，它是 {type}，不会有答案；应引用问题",
    ),
    "questionnaire.condition-type": _warning(
        "The condition compares with a value of type {found}, but answers to '{link_id}' are {expected}",
        "启用条件以 {found} 类型的值比较，而“{link_id}”的答案类型为 {expected}",
    ),
}

_ITEMS = {
    "questionnaire.option-type": _warning(
        "The option has the type {found}; an item of type '{type}' takes {expected}",
        "选项类型为 {found}；“{type}”类型的项目应使用 {expected}",
    ),
    "questionnaire.value-set-unknown": _note(
        "The value set '{found}' is not known, so answers cannot be checked against it",
        "未找到值集“{found}”，无法据此核对答案",
        "not-found",
    ),
    "questionnaire.initial-type": _warning(
        "The initial value has the type {found}; an item of type '{type}' takes {expected}",
        "初始值类型为 {found}；“{type}”类型的项目应使用 {expected}",
    ),
    "questionnaire.definition-unknown": _warning(
        "The definition names the element '{found}', which {url} does not have; expected the id of one of its elements",
        "definition 指向元素“{found}”，但 {url} 没有该元素；应为其某个元素的 id",
        "not-found",
    ),
}

_DERIVED = {
    "questionnaire.derived-from-unknown": _warning(
        "No loaded package holds the Questionnaire '{found}', so what is derived from it cannot be checked",
        "已加载的包中没有问卷“{found}”，无法核对派生关系",
        "not-found",
    ),
    "questionnaire.derivation-untold": _warning(
        "It is not said how this Questionnaire is derived from '{found}'; expected extends, compliesWith or inspiredBy",
        "未说明本问卷如何派生自“{found}”；应为 extends、compliesWith 或 inspiredBy",
    ),
    "questionnaire.derivation-unknown": _warning(
        "The derivation '{found}' is not known; expected extends, compliesWith or inspiredBy",
        "派生方式“{found}”未知；应为 extends、compliesWith 或 inspiredBy",
    ),
    "questionnaire.derived-new-item": _error(
        "Item '{link_id}' is not in {url}, with which this Questionnaire complies; expected only items from there",
        "项目“{link_id}”不在 {url} 中，而本问卷声明与其一致；只应含有其中的项目",
        "not-found",
    ),
    "questionnaire.derived-type": _error(
        "Item '{link_id}' has the type '{found}', in {url} it has '{expected}'; expected the same type",
        "项目“{link_id}”的类型为“{found}”，在 {url} 中为“{expected}”；类型应相同",
    ),
    "questionnaire.derived-repeats": _error(
        "Item '{link_id}' repeats, but in {url} it does not; expected no repetition",
        "项目“{link_id}”可重复，而在 {url} 中不可；不应允许重复",
    ),
    "questionnaire.derived-required": _error(
        "Item '{link_id}' is not required, but in {url} it is; expected it to be required",
        "项目“{link_id}”不是必填，而在 {url} 中为必填；应为必填",
    ),
    "questionnaire.derived-max-length": _error(
        "Item '{link_id}' has the maxLength {found}; expected at most {expected}, as in {url}",
        "项目“{link_id}”的 maxLength 为 {found}；按 {url}，至多应为 {expected}",
    ),
    "questionnaire.derived-answers": _error(
        "Item '{link_id}' gives its answers in another way than {url}; expected options where it has options, "
        "a value set where it has a value set",
        "项目“{link_id}”给出答案的方式与 {url} 不同；原为选项则应为选项，原为值集则应为值集",
    ),
    "questionnaire.derived-new-option": _error(
        "Item '{link_id}' has an option that {url} does not have; expected only options from there",
        "项目“{link_id}”含有 {url} 没有的选项；只应使用其中的选项",
    ),
}

_SOURCE = {
    "questionnaire-response.no-questionnaire": _note(
        "The response names no Questionnaire, so its answers cannot be checked; expected a canonical URL",
        "答卷未注明问卷，无法核对答案；应有规范 URL",
        "required",
    ),
    "questionnaire-response.unknown-questionnaire": _warning(
        "The Questionnaire '{found}' is not known, so the answers cannot be checked against it",
        "未找到问卷“{found}”，无法据此核对答案",
        "not-found",
    ),
    "questionnaire-response.authored-before": _warning(
        "The response was authored on {found}, before the Questionnaire came into effect; expected {expected} or later",
        "答卷填写于 {found}，早于问卷生效日期；应不早于 {expected}",
    ),
    "questionnaire-response.authored-after": _warning(
        "The response was authored on {found}, after the Questionnaire ceased to be in effect; "
        "expected {expected} or earlier",
        "答卷填写于 {found}，晚于问卷失效日期；应不晚于 {expected}",
    ),
}

_STRUCTURE = {
    "questionnaire-response.unknown-link-id": _error(
        "The Questionnaire has no item '{link_id}'; expected the linkId of one of its items",
        "问卷没有项目“{link_id}”；应为其某个项目的 linkId",
        "not-found",
    ),
    "questionnaire-response.misplaced": _error(
        "Item '{link_id}' is in the wrong place; expected it within '{expected}' (- is the topmost level)",
        "项目“{link_id}”位置错误；应位于“{expected}”之内（- 表示最外层）",
        "structure",
    ),
    "questionnaire-response.out-of-order": _error(
        "Item '{link_id}' comes after items that follow it in the Questionnaire; expected the Questionnaire's order",
        "项目“{link_id}”排在问卷中位于其后的项目之后；应按问卷的顺序排列",
        "structure",
    ),
    "questionnaire-response.missing": _error(
        "There is no answer to the required item '{link_id}'; expected at least one",
        "必填项目“{link_id}”没有答案；至少应有一个",
        "required",
    ),
    "questionnaire-response.group-empty": _error(
        "The required group '{link_id}' has no items; expected at least one",
        "必填组“{link_id}”没有项目；至少应有一个",
        "required",
    ),
    "questionnaire-response.not-enabled": _error(
        "Item '{link_id}' has an answer although its condition does not hold; expected none",
        "项目“{link_id}”的启用条件不成立，却有答案；不应有答案",
        "invalid",
    ),
    "questionnaire-response.text-differs": _error(
        "The text of item '{link_id}' is '{found}'; the Questionnaire has '{expected}'",
        "项目“{link_id}”的文字为“{found}”；问卷中为“{expected}”",
        "invalid",
    ),
    "questionnaire-response.repeated-item": _error(
        "Item '{link_id}' is there {found} times, but does not repeat; expected one",
        "项目“{link_id}”出现 {found} 次，但不可重复；只应有一个",
        "invalid",
    ),
    "questionnaire-response.repeated-answer": _error(
        "Item '{link_id}' has {found} answers, but does not repeat; expected one",
        "项目“{link_id}”有 {found} 个答案，但不可重复；只应有一个",
        "invalid",
    ),
    "questionnaire-response.too-few": _error(
        "Item '{link_id}' is answered {found} times; expected at least {expected}",
        "项目“{link_id}”有 {found} 个答案；至少应有 {expected} 个",
        "invalid",
    ),
    "questionnaire-response.too-many": _error(
        "Item '{link_id}' is answered {found} times; expected at most {expected}",
        "项目“{link_id}”有 {found} 个答案；至多应有 {expected} 个",
        "invalid",
    ),
    "questionnaire-response.group-answered": _error(
        "The group '{link_id}' has an answer; expected items only", "组“{link_id}”有答案；只应含有项目", "structure"
    ),
    "questionnaire-response.display-answered": _error(
        "Item '{link_id}' is a display and has an answer or items; expected neither",
        "项目“{link_id}”是显示项，却有答案或项目；两者都不应有",
        "structure",
    ),
    "questionnaire-response.items-beside-answers": _error(
        "Question '{link_id}' has items of its own; expected them within its answer",
        "问题“{link_id}”直接含有项目；应放在其答案之内",
        "structure",
    ),
}

_ANSWERS = {
    "questionnaire-response.wrong-type": _error(
        "The answer has the type {found}; expected {expected}", "答案类型为 {found}；应为 {expected}", "invariant"
    ),
    "questionnaire-response.minimum": _error(
        "The answer {found} is less than the minimum {expected}", "答案 {found} 小于最小值 {expected}", "invariant"
    ),
    "questionnaire-response.maximum": _error(
        "The answer {found} is greater than the maximum {expected}", "答案 {found} 大于最大值 {expected}", "invariant"
    ),
    "questionnaire-response.decimal-places": _error(
        "The answer {found} has too many decimal places; expected at most {expected}",
        "答案 {found} 的小数位数过多；至多 {expected} 位",
        "invariant",
    ),
    "questionnaire-response.too-short": _error(
        "The answer has {found} characters; expected at least {expected}",
        "答案有 {found} 个字符；至少应有 {expected} 个",
        "invariant",
    ),
    "questionnaire-response.too-long": _error(
        "The answer has {found} characters; expected at most {expected}",
        "答案有 {found} 个字符；至多应有 {expected} 个",
        "invariant",
    ),
    "questionnaire-response.pattern": _error(
        "The answer '{found}' does not match the pattern {expected}{hint}",
        "答案“{found}”与模式 {expected} 不匹配{hint}",
        "invariant",
    ),
    "questionnaire-response.pattern-not-evaluated": _note(
        "The pattern {expected} cannot be evaluated safely, so the answer was not checked against it",
        "无法安全地计算模式 {expected}，未据此核对答案",
        "not-supported",
    ),
    "questionnaire-response.line-break": _warning(
        "The answer to a question of type 'string' has line breaks; expected a single line",
        "“string”类型问题的答案含有换行；应为单行",
        "invariant",
    ),
    "questionnaire-response.mime-type": _error(
        "The attachment has the media type {found}; expected {expected}",
        "附件的媒体类型为 {found}；应为 {expected}",
        "invariant",
    ),
    "questionnaire-response.too-large": _error(
        "The attachment has {found} bytes; expected at most {expected}",
        "附件为 {found} 字节；至多应为 {expected}",
        "invariant",
    ),
    "questionnaire-response.reference-type": _error(
        "The answer refers to a {found}; expected {expected}", "答案引用了 {found}；应为 {expected}", "invariant"
    ),
}

_UNITS = {
    "questionnaire-response.quantity-minimum-no-units": _error(
        "The quantity {found} cannot be compared with the minimum {expected}: expected system and code on both",
        "数量 {found} 无法与最小值 {expected} 比较：两者都应有 system 和 code",
        "invariant",
    ),
    "questionnaire-response.quantity-maximum-no-units": _error(
        "The quantity {found} cannot be compared with the maximum {expected}: expected system and code on both",
        "数量 {found} 无法与最大值 {expected} 比较：两者都应有 system 和 code",
        "invariant",
    ),
    "questionnaire-response.quantity-minimum-not-comparable": _error(
        "The quantity {found} cannot be compared with the minimum {expected}: expected units of one kind",
        "数量 {found} 无法与最小值 {expected} 比较：单位应属同类",
        "invariant",
    ),
    "questionnaire-response.quantity-maximum-not-comparable": _error(
        "The quantity {found} cannot be compared with the maximum {expected}: expected units of one kind",
        "数量 {found} 无法与最大值 {expected} 比较：单位应属同类",
        "invariant",
    ),
    "questionnaire-response.unit-not-allowed": _error(
        "The unit of {found} is not permitted; expected one of {expected}",
        "{found} 的单位不被允许；应为 {expected} 之一",
        "invariant",
    ),
    "questionnaire-response.unit-not-in-value-set": _error(
        "The unit of {found} is not in the value set {value_set} of the question",
        "{found} 的单位不在问题的值集 {value_set} 中",
        "code-invalid",
    ),
}

_OPTIONS = {
    "questionnaire-response.no-options": _note(
        "Question '{link_id}' has no options, so the answer cannot be checked",
        "问题“{link_id}”没有选项，无法核对答案",
        "informational",
    ),
    "questionnaire-response.no-options-of-type": _error(
        "The answer has the type {type}, of which question '{link_id}' has no options; expected one of its options",
        "答案类型为 {type}，问题“{link_id}”没有该类型的选项；应为其选项之一",
        "invariant",
    ),
    "questionnaire-response.not-an-option": _error(
        "'{found}' is not an option of question '{link_id}'; expected one of its options",
        "“{found}”不是问题“{link_id}”的选项；应为其选项之一",
        "invariant",
    ),
    "questionnaire-response.exclusive-option": _error(
        "'{found}' excludes all other options; expected no answer beside it",
        "“{found}”排斥其他选项；不应有别的答案",
        "invariant",
    ),
    "questionnaire-response.text-is-an-option": _warning(
        "The text '{found}' is also an option with a code; expected the Coding",
        "文字“{found}”同时是带代码的选项；应使用 Coding",
    ),
    "questionnaire-response.not-in-value-set": _error(
        "'{found}' is not in the value set {value_set} of the question",
        "“{found}”不在问题的值集 {value_set} 中",
        "code-invalid",
    ),
    "questionnaire-response.value-set-unknown": _warning(
        "Whether '{found}' is in the value set {value_set} of the question cannot be told",
        "无法判断“{found}”是否在问题的值集 {value_set} 中",
        "not-found",
    ),
}

MESSAGES: dict[str, Message] = {
    **_CONDITIONS,
    **_ITEMS,
    **_DERIVED,
    **_SOURCE,
    **_STRUCTURE,
    **_ANSWERS,
    **_UNITS,
    **_OPTIONS,
}

"""What rules of scores find that no validation tells: https://hl7.org/fhir/R4/profiling.html#mustsupport and dates."""

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "scoring.not-filled": Message(
        "warning",
        "required",
        "Nothing is told here; expected {expected}, which the profile marks as must-support",
        "此处没有内容；应填写 {expected}，规范将其标记为必须支持（mustSupport）",
    ),
    "scoring.out-of-order": Message(
        "error",
        "business-rule",
        "Something ends before it begins, is told before it happened, or is yet to come; expected dates in their order",
        "存在结束早于开始、记录早于发生或晚于当前时间的日期；日期应符合先后顺序",
    ),
    "scoring.not-in-life": Message(
        "error",
        "business-rule",
        "It happened on {found}, before the birth or after the death of the patient; expected a day of that life",
        "发生日期为 {found}，早于患者出生或晚于患者死亡；应在患者生存期内",
    ),
}

"""What the pages say besides the content, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from fhir_kernel.issues import Language
from registry.sentence import Sentence

WORDS: Mapping[str, Sentence] = {
    "difference": Sentence("What changed", "变更对照"),
    "from": Sentence("from", "原版本"),
    "to": Sentence("to", "新版本"),
    "step": Sentence("Version step", "版本升级"),
    "major": Sentence("major: records that were valid may become invalid", "主版本：原先有效的数据可能变为无效"),
    "minor": Sentence("minor: what was valid stays valid", "次版本：原先有效的数据仍然有效"),
    "patch": Sentence(
        "patch: only words for readers and obligations of systems changed", "修订：仅说明文字或系统要求有变化"
    ),
    "none": Sentence("none: nothing changed", "无：没有变化"),
    "breaking": Sentence("breaking", "不兼容"),
    "non-breaking": Sentence("non-breaking", "兼容"),
    "informative": Sentence("informative", "说明性"),
    "place": Sentence("Element or code", "元素或代码"),
    "change": Sentence("Change", "变更"),
    "effect": Sentence("Effect", "影响"),
    "why": Sentence("Why", "理由"),
    "nothing": Sentence("There are no changes.", "没有变更。"),
    "left-off": Sentence("and {count} more that are not shown", "另有 {count} 项未显示"),
    "base": Sentence("Based on", "基于"),
    "version": Sentence("Version", "版本"),
    "status": Sentence("Status", "状态"),
    "element": Sentence("Element", "元素"),
    "cardinality": Sentence("Card.", "基数"),
    "type": Sentence("Type", "数据类型"),
    "binding": Sentence("Binding", "值域绑定"),
    "description": Sentence("Description", "说明"),
    "must-support": Sentence("must support", "必须支持"),
    "modifier": Sentence("modifier", "修饰元素"),
    "system": Sentence("Code system", "代码系统"),
    "code": Sentence("Code", "代码"),
    "display": Sentence("Display", "名称"),
    "definition": Sentence("Definition", "定义"),
    "note": Sentence("Note", "备注"),
    "value": Sentence("value", "取值"),
    "incomplete": Sentence("Not all of its codes can be listed here.", "此处无法列出全部代码。"),
    "compilation": Sentence("Compilation of the draft", "草案编译结果"),
    "passed": Sentence("No errors: the draft may go on", "没有错误，草案可进入下一阶段"),
    "failed": Sentence("There are errors: the draft may not go on", "存在错误，草案不能进入下一阶段"),
    "error": Sentence("error", "错误"),
    "fatal": Sentence("error", "错误"),
    "warning": Sentence("warning", "警告"),
    "information": Sentence("information", "提示"),
    "artefact": Sentence("Artefact", "制品"),
    "finding": Sentence("Finding", "问题"),
    "severity": Sentence("Severity", "级别"),
    "examples": Sentence("examples", "示例"),
}
"""By name."""


def word(name: str, language: Language, **values: object) -> str:
    """What a page says in one language."""
    return WORDS[name].said_in(language).format_map(values)

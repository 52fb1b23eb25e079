"""The words of the reports in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from fhir_kernel.issues import Language

WORDS: Mapping[str, tuple[str, str]] = {
    "report": ("Validation report", "校验报告"),
    "fatal": ("fatal", "致命"),
    "error": ("error", "错误"),
    "warning": ("warning", "警告"),
    "information": ("information", "提示"),
    "errors": ("Errors", "错误"),
    "warnings": ("Warnings", "警告"),
    "notes": ("Notes", "提示"),
    "valid": ("valid", "通过"),
    "invalid": ("invalid", "不通过"),
    "inputs": ("Records", "记录"),
    "input": ("Record", "记录"),
    "found": ("found", "实际"),
    "expected": ("expected", "应为"),
    "because": ("because", "原因"),
    "nearest": ("did you mean", "是否应为"),
    "element": ("Element", "元素"),
    "rule": ("Rule", "规则"),
    "profile": ("Profile", "规范"),
    "profiles": ("Profiles", "规范"),
    "folder": ("Folder", "文件夹"),
    "packages": ("Packages", "规范包"),
    "policy": ("Policy", "策略"),
    "specification": ("specification", "规范原文"),
    "result": ("Result", "结果"),
    "total": ("Total", "合计"),
    "no_issues": ("No issues found.", "未发现问题。"),
    "all_valid": ("Every record is valid.", "所有记录均通过校验。"),
    "by_rule": ("By rule", "按规则"),
    "by_record": ("By record", "按记录"),
    "occurrence": ("place", "处"),
    "occurrences": ("places", "处"),
    "in_records": ("records", "条记录"),
    "show": ("Show", "显示"),
    "search": ("Find a record, place or word", "查找记录、位置或文字"),
    "all_records": ("All records", "全部记录"),
    "nothing_matches": ("Nothing matches this filter.", "没有符合筛选条件的问题。"),
    "more": ("and {count} more places of this rule, not shown", "此规则另有 {count} 处，未显示"),
    "line": ("line", "行"),
    "made": ("Made by Plumbline {version} on {date}", "由准绳 Plumbline {version} 生成于 {date}"),
    "issues": ("Findings", "问题"),
    "what_is_wrong": ("What is wrong, by rule", "问题明细（按规则）"),
    "checked": ("Checked {count}, invalid {invalid}", "共校验 {count} 条记录，{invalid} 条不通过"),
}
"""English and Chinese by key."""


def word(key: str, language: Language, **values: object) -> str:
    """The words for `key`, with `values` filled in."""
    return WORDS[key][language == "zh"].format_map(values)


def counted(key: str, count: int, language: Language) -> str:
    """A number with its noun: `1 error`, `2 errors`, `2 错误`."""
    plural = "s" if language == "en" and count != 1 and key in ("error", "warning") else ""
    return f"{count} {word(key, language)}{plural}"

"""The words of a practice report in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from fhir_kernel.issues import Language

_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Practice report", "练习报告"),
    "records": ("Records", "记录"),
    "repeated": ("of them sent twice", "其中重复"),
    "refused": ("would be refused", "将被拒收"),
    "not-read": ("not readable", "无法读取"),
    "rules-asked": ("rules asked", "适用规则"),
    "rules-broken": ("rules broken", "不符合的规则"),
    "rules": ("What costs most", "影响最大的规则"),
    "rule": ("Rule", "规则"),
    "dimension": ("Dimension", "维度"),
    "severity": ("Severity", "严重程度"),
    "critical": ("critical", "关键"),
    "major": ("major", "主要"),
    "minor": ("minor", "次要"),
    "info": ("info", "提示"),
    "asked": ("asked", "适用"),
    "passed": ("passed", "通过"),
    "failed": ("failed", "未通过"),
    "errors": ("no answer", "无法判定"),
    "lower": ("at the least", "下限"),
    "cost": ("cost", "影响"),
    "clause": ("clause", "条款"),
    "fix": ("What to do", "整改方法"),
    "found": ("found", "实际"),
    "expected": ("expected", "应为"),
    "more": ("and {count} more places, not shown", "另有 {count} 处未显示"),
    "fhir": ("FHIR R4 itself", "FHIR R4 本身"),
    "fhir-fix": (
        "Correct it first: no standard asks it, but the server would refuse the record",
        "请先更正：虽非标准规则，服务器仍会拒收该记录",
    ),
    "unread": ("What could not be read", "无法读取的内容"),
    "unread-more": ("and {count} more", "另有 {count} 项"),
    "all-kept": ("Every rule that was asked is kept.", "适用的规则全部符合。"),
    "nothing-asked": (
        "No rule was asked: no standard that is known here says anything of these records.",
        "没有适用的规则：此处已知的标准均不涉及这些记录。",
    ),
    "closing": (
        "{records} records, {refused} would be refused; {broken} of {asked} rules are broken",
        "共 {records} 条记录，{refused} 条将被拒收；{asked} 条规则中有 {broken} 条不符合",
    ),
    "about-cost": (
        "Cost: points of 100 that the failures of a rule cost at the most, were these records all there is. "
        "“At the least” is the share that passed by its lower limit, as a score would count it.",
        "“影响”：仅就这些记录而言，该规则未通过最多损失的分数（满分 100）。“下限”：按评分方法计算的通过率下限。",
    ),
    "made": ("Made by Plumbline {version} on {date}", "由准绳 Plumbline {version} 生成于 {date}"),
    "standards": ("Held against", "依据标准"),
}


def word(name: str, language: Language, **values: object) -> str:
    """The words for `name`, with `values` filled in."""
    return _WORDS[name][language == "zh"].format_map(values)

"""What elementary rules are called, and what mends what breaks them, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from conformance.scoring.model import Dimension, Severity, Strength
from conformance.scoring.rules.model import ElementaryRule, Kind
from conformance.scoring.said import Said


class _Words(NamedTuple):
    dimension: Dimension
    severity: Severity
    title: Said
    fix: Said


_WORDS: Mapping[Kind, _Words] = {
    "base": _Words(
        "D1",
        "critical",
        Said("the record is valid FHIR R4", "记录符合 FHIR R4"),
        Said("Send what FHIR R4 itself asks for; the findings say what is wrong", "按 FHIR R4 本身的要求改正所列问题"),
    ),
    "binding": _Words(
        "D2",
        "major",
        Said("{path} has a code of {key}", "{path} 的代码属于 {key}"),
        Said("Map your own codes to {key}, and send one of its codes", "把本地代码映射到 {key}，并使用其中的代码"),
    ),
    "identity": _Words(
        "D4",
        "critical",
        Said("one business identifier names one record", "同一业务标识只对应一条记录"),
        Said(
            "Send a changed record under the id it has already, and give another record another identifier",
            "更新记录时沿用原有 id；不同的记录使用不同的标识",
        ),
    ),
    "invariant": _Words(
        "D1",
        "major",
        Said("{key} at {path}: {human}", "{path} 满足约束 {key}：{human}"),
        Said("Make {path} meet {key}: {human}", "使 {path} 满足 {key}：{human}"),
    ),
    "life": _Words(
        "D4",
        "critical",
        Said("it happened in the lifetime of the patient", "事件发生在患者出生之后、死亡之前"),
        Said(
            "Look whether the date of the event, the patient referred to, or the dates of birth and death are wrong",
            "核对事件日期、所引用的患者以及其出生和死亡日期",
        ),
    ),
    "max": _Words(
        "D1",
        "major",
        Said("{path} stands at most {key} times", "{path} 至多出现 {key} 次"),
        Said("Send no more than {key} of {path}", "{path} 不要超过 {key} 个"),
    ),
    "min": _Words(
        "D1",
        "major",
        Said("{path} is there ({key} or more)", "{path} 已填写（至少 {key} 个）"),
        Said("Send {path} in every record", "每条记录都要填写 {path}"),
    ),
    "must-support": _Words(
        "D3",
        "minor",
        Said("{path} is filled", "{path} 已填写"),
        Said("Send {path} wherever your system knows it", "系统中有 {path} 的内容时都要填写"),
    ),
    "order": _Words(
        "D4",
        "major",
        Said("dates are in their order, and none is of a time to come", "各日期先后顺序正确，且不晚于接收时间"),
        Said("Look at the dates of the record and at the clock of the system", "核对记录中的日期和系统时钟"),
    ),
    "profile": _Words(
        "D1",
        "major",
        Said("the record meets all else that the profile asks", "记录符合该规范的其他要求"),
        Said("Send what the profile asks for; the findings say what is wrong", "按规范要求改正所列问题"),
    ),
    "reference": _Words(
        "D1",
        "major",
        Said("{path} refers to what the profile allows", "{path} 引用规范允许的资源"),
        Said("Let {path} refer to {key}", "{path} 应引用 {key}"),
    ),
    "slice": _Words(
        "D1",
        "major",
        Said("{path} meets its part '{key}'", "{path} 符合切片“{key}”"),
        Said("Send {path} with its part '{key}' as the profile has it", "按规范填写 {path} 的切片“{key}”"),
    ),
    "timely": _Words(
        "D5",
        "major",
        Said("the record came by the day after the event", "事件发生后次日之内收到记录"),
        Said("Send records on the day on which they come to be, and retry at once", "当日产生当日上传，失败立即重传"),
    ),
    "volume": _Words(
        "D3",
        "major",
        Said("the records that are expected have come", "应收到的记录均已收到"),
        Said("Send what is missing, and again whatever was refused", "补传缺失的记录，改正后重传被拒收的记录"),
    ),
}
_LONGEST = 300
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def worded(
    id_: str,
    kind: Kind,
    element: str = "",
    key: str = "",
    *,
    path: str = "",
    shown: str = "",
    human: str = "",
    severity: Severity | None = None,
    weight: float = 1.0,
) -> ElementaryRule:
    """A rule of a kind; `shown` is what stands for its key in the texts, `human` what an invariant says of itself."""
    words = _WORDS[kind]
    en, zh = _in_two_languages(human or key)
    facts = {"path": path, "key": shown or key}
    title, fix = (
        Said(_filled(each.en, {**facts, "human": en}), _filled(each.zh, {**facts, "human": zh}))
        for each in (words.title, words.fix)
    )
    graded = severity or words.severity
    strength: Strength = "SHOULD" if graded == "minor" else "SHALL"
    return ElementaryRule(id_, kind, element, key, graded, words.dimension, weight, strength, title, fix)


def _in_two_languages(human: str) -> tuple[str, str]:
    """What stands in English before a slash and in Chinese behind it; else the same for both."""
    en, _, zh = human.rpartition(" / ")
    return (en, zh) if en and _CHINESE.search(zh) and not _CHINESE.search(en) else (human, human)


def _filled(text: str, facts: Mapping[str, str]) -> str:
    return text.format_map(facts)[:_LONGEST]

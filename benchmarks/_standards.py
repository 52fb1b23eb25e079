"""Made-up standards for the benchmark of the registry: titles, numbers, committees, plans; by a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from registry.model.committee import Committee, CommitteeMember
from registry.model.plan import AnnualPlan
from registry.model.standard import STANDARD_CLASSES, STANDARD_KINDS, StandardClass, StandardKind
from registry.sentence import Sentence

FIRST_YEAR, LAST_YEAR = 2012, 2026
COMMITTEES, MEMBERS = 60, 7
TODAY = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, 1, tzinfo=UTC)
SUBJECTS: Sequence[tuple[str, str]] = (
    ("电子病历", "electronic medical records"),
    ("居民健康档案", "health records of residents"),
    ("妇幼保健", "maternal and child health care"),
    ("疾病控制", "disease control"),
    ("院前急救", "emergency care before hospital"),
    ("远程医疗", "telemedicine"),
    ("区域卫生信息平台", "regional health information platforms"),
    ("医院信息平台", "hospital information platforms"),
    ("基层医疗卫生", "primary health care"),
    ("药品供应保障", "supply of medicines"),
    ("血液管理", "management of blood"),
    ("卫生监督", "health supervision"),
    ("职业健康", "occupational health"),
    ("中医药", "traditional Chinese medicine"),
    ("医疗保障", "medical insurance"),
    ("公共卫生应急", "public health emergencies"),
)
MATTERS: Sequence[tuple[str, str]] = (
    ("基本数据集", "basic data set"),
    ("数据元目录", "catalogue of data elements"),
    ("共享文档规范", "shared documents"),
    ("功能规范", "functions"),
    ("交互规范", "exchange"),
    ("值域代码", "codes of value domains"),
    ("术语", "terms"),
    ("安全与隐私保护指南", "guide to security and privacy"),
    ("管理规范", "management"),
    ("测试规范", "tests"),
    ("接口技术要求", "requirements for interfaces"),
    ("质量评价方法", "assessment of quality"),
)
DETAILS: Sequence[tuple[str, str]] = (
    ("门诊", "outpatients"),
    ("住院", "inpatients"),
    ("急诊", "emergency department"),
    ("检验", "laboratory"),
    ("影像", "imaging"),
    ("处方", "prescriptions"),
    ("手术", "operations"),
    ("护理", "nursing"),
    ("费用", "charges"),
    ("随访", "follow-up"),
    ("预防接种", "vaccination"),
    ("传染病", "infectious diseases"),
    ("慢性病", "chronic diseases"),
    ("肿瘤", "tumours"),
    ("病理", "pathology"),
    ("转诊", "referrals"),
    ("体检", "check-ups"),
    ("麻醉", "anaesthesia"),
    ("产前筛查", "prenatal screening"),
    ("精神卫生", "mental health"),
)
_KINDS: Sequence[StandardKind] = ("WS/T",) * 8 + ("WS",) * 3 + ("GB/T",) * 3 + ("GB", "DB/T", "DB/T", "T")
_DIVISIONS = ("310000", "110000", "440000", "330000")


@dataclass(frozen=True, slots=True)
class MadeUp:
    """What a standard is to be."""

    index: int
    title: Sentence
    kind: StandardKind
    system_class: StandardClass
    jurisdiction: str
    committee: str
    series: str
    """Such as `WS/T 12`; no two standards have the same."""


def standard(index: int, seed: int) -> MadeUp:
    """The standard of an index."""
    rng = Random(f"{seed} {index}")
    kind = rng.choice(_KINDS)
    division = rng.choice(_DIVISIONS) if kind in ("DB", "DB/T") else ""
    return MadeUp(
        index,
        _title(index, rng),
        kind,
        rng.choice(STANDARD_CLASSES),
        division,
        f"committee-{rng.randrange(COMMITTEES):02}",
        f"{_prefix(kind, division)} {index + 1}",
    )


def committees() -> Sequence[Committee]:
    """All of them, the members of which stay."""
    return [
        Committee(
            f"committee-{number:02}",
            Sentence(f"Committee {number} on health information", f"卫生信息标准专业委员会（{number}）"),
            f"TC {number + 1}",
            members=tuple(
                CommitteeMember(f"member-{number}-{each}", f"第{each}单位", f"委员{number}-{each}")
                for each in range(MEMBERS)
            ),
        )
        for number in range(COMMITTEES)
    ]


def plans() -> Sequence[AnnualPlan]:
    """One for each year, decreed on its first day."""
    return [
        AnnualPlan(
            f"plan-{year}",
            year,
            Sentence(f"Plan of standards for {year}", f"{year}年卫生标准制修订计划"),
            decree=f"国卫办〔{year}〕1号",
            decreed=date(year, 1, 1),
        )
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
    ]


def begins(rng: Random, *, is_published: bool) -> datetime:
    """When a project is proposed: years ago where it is published by now, lately where it is under way."""
    first = datetime(FIRST_YEAR, 1, 2, 1, tzinfo=UTC)
    if is_published:
        return first + timedelta(days=rng.randrange(365 * 11), seconds=rng.randrange(25_000))
    return datetime(2026, 1, 2, 1, tzinfo=UTC) + timedelta(days=rng.randrange(60), seconds=rng.randrange(25_000))


def digest_for(*words: str) -> str:
    """64 hexadecimal digits that stand for the content of a document."""
    return f"{Random(' '.join(words)).getrandbits(256):064x}"


def _prefix(kind: StandardKind, division: str) -> str:
    letters: Mapping[str, str] = {"DB": f"DB{division[:2]}", "DB/T": f"DB{division[:2]}/T", "T": "T/CHIA"}
    assert kind in STANDARD_KINDS
    return letters.get(kind, kind)


def _title(index: int, rng: Random) -> Sentence:
    (subject, about), (matter, what), (detail, of) = (rng.choice(each) for each in (SUBJECTS, MATTERS, DETAILS))
    part = index % 20 + 1
    return Sentence(f"{about.capitalize()}: {what}, part {part}: {of}", f"{subject} {matter} 第{part}部分：{detail}")

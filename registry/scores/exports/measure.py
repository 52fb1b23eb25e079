"""The definition that reports of scores refer to (https://hl7.org/fhir/R4/measure.html)."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.scoring.said import Said
from fhir_kernel.resource import Resource
from registry.scores.dimensions import TITLES
from registry.scores.exports.naming import MEASURE, coded, in_both
from registry.sentence import Sentence

VERSION = "1.0.0"
CANONICAL = f"{MEASURE}|{VERSION}"
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
POPULATIONS = f"{_TERMINOLOGY}/measure-population"
ALL, JUDGED, PASSED = "initial-population", "denominator", "numerator"
_TITLE = Sentence("Conformance score", "标准符合性得分")
_ABOUT = Sentence(
    "How well the records of an institution keep the rules of published standards, from 0 to 100: 100 times the "
    "product of the dimensions, each to the power of its weight. A dimension is the weighted mean, over all rules "
    "expected of the class of the institution, of the lower limit of the share of records that keep a rule. "
    "Populations are judgements, one for each rule and record. Weights stand in the score policy. A group without "
    "measureScore has none: the score is withheld, or nothing is expected in the dimension.",
    "机构数据符合已发布标准规则的程度，0 至 100：100 乘以各维度值以其权重为指数的乘积。维度值为该类机构应考核的全部规则"
    "通过率置信下限的加权均值。总体为判定，每条规则对每条记录计一次。权重见评分策略。没有 measureScore 的组表示"
    "不予评分，或该维度没有应考核的规则。",
)
HEADS: Mapping[str, Sentence] = {
    "score": Sentence("Score, of 100", "得分，满分 100"),
    "lower": Sentence("Lower limit of the score", "得分区间下限"),
    "upper": Sentence("Upper limit of the score", "得分区间上限"),
    "coverage": Sentence("Coverage: what came of what was expected", "数据覆盖率"),
}
"""Groups before those of dimensions."""
LEVEL = coded("level", Sentence("Level", "等级"))
RULE = coded("rule", Sentence("Rule", "规则"))
INCREASE: Resource = {"coding": [{"system": f"{_TERMINOLOGY}/measure-improvement-notation", "code": "increase"}]}
_CRITERIA = {
    ALL: "all judgements that count",
    JUDGED: "judgements that count of the rules of the dimension",
    PASSED: "judgements by which a record passed its rule",
}


def measure() -> Resource:
    """The definition. None of the scorings of R4 is ours: each takes it that a group always has a score."""
    heads = [_group(code, said, (ALL,), LEVEL if code == "score" else None) for code, said in HEADS.items()]
    return {
        "resourceType": "Measure",
        "id": "conformance-score",
        "url": MEASURE,
        "version": VERSION,
        "name": "ConformanceScore",
        **in_both("title", _TITLE),
        "status": "active",
        "experimental": False,
        "subjectCodeableConcept": {
            "coding": [{"system": "http://hl7.org/fhir/resource-types", "code": "Organization"}]
        },
        "publisher": "Plumbline",
        **in_both("description", _ABOUT),
        "scoring": {"text": "weighted geometric mean of lower limits"},
        "type": [{"coding": [{"system": f"{_TERMINOLOGY}/measure-type", "code": "process"}]}],
        "improvementNotation": INCREASE,
        "group": heads + [_group(code, said, (JUDGED, PASSED), RULE) for code, said in TITLES.items()],
    }


def _group(code: str, said: Said | Sentence, populations: tuple[str, ...], stratifier: Resource | None) -> Resource:
    return {
        "code": coded(code, said),
        "description": said.en,
        "population": [_population(each) for each in populations],
        **({"stratifier": [{"code": stratifier}]} if stratifier else {}),
    }


def _population(code: str) -> Resource:
    criteria = {"language": "text/plain", "expression": _CRITERIA[code]}
    return {"code": {"coding": [{"system": POPULATIONS, "code": code}]}, "criteria": criteria}

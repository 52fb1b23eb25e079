"""At the end of a month: volumes counted elsewhere, tests of interfaces, and checks of security."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

from plumbline.demo.provinces.cast import Member
from plumbline.demo.registry.asking import Asking
from plumbline.demo.scores.evaluation import Evaluation, next_month
from plumbline.demo.scores.expecting import DATA_SETS, TESTS, url_of
from plumbline.generate.population import BEIJING, random_of

_CHECKS = MappingProxyType({"real-name-tokens": 300, "audit": 300, "tls": 120, "restore-drill": 80})
"""How many things each check looks at."""
_TESTS = 100
_PASS = MappingProxyType({"4.2": 0.98, "1.8": 0.94, "2.0": 0.96})
"""What share passes, by the version of the product."""


def supply(asking: Asking, evaluation: Evaluation, first: date) -> int:
    """Enter it all for a month as the evaluator; gives the number of volumes. Raises Unexpected."""
    volumes = _volumes(evaluation, first)
    asking.done("enterExpectedVolumes", {"volumes": volumes}, "evaluator")
    last = next_month(first) - timedelta(days=1)
    at = datetime.combine(last, time(10), BEIJING).isoformat()
    checks: list[dict[str, Any]] = []
    for member in evaluation.members:
        rng = random_of(evaluation.seed, f"{member.id}/{first}/checks")
        mended = evaluation.mended if member is evaluation.mender else ""
        checks += [_check(rng, member, name, mended, at) for name in _CHECKS]
        report = _report(rng, member, mended, at)
        asking.done("enterTestReport", report, "evaluator", query=_who(member))
    asking.done("enterChecks", {"checks": checks}, "evaluator")
    return len(volumes)


def _volumes(evaluation: Evaluation, first: date) -> Sequence[dict[str, Any]]:
    days = {"begin": str(first), "end": str(next_month(first) - timedelta(days=1))}
    return [
        {"institution": member.id, "dataSet": url_of(name), **days, "count": count, "source": "医保结算（样例）"}
        for member, month in zip(evaluation.members, evaluation.months[first], strict=True)
        for name, count in month.volumes.items()
        if name in DATA_SETS
    ]


def _who(member: Member) -> Mapping[str, str]:
    its = member.installation
    return {"institution": member.id, "product": its.product.id, "productVersion": its.version}


def _check(rng: Random, member: Member, name: str, mended: str, at: str) -> dict[str, Any]:
    rule = f"check:{name}"
    passed = _passing(rng, _CHECKS[name], 1 if rule == mended else 0.995)
    counts = {"passed": passed, "failed": _CHECKS[name] - passed, "error": 0}
    return {**_who(member), "rule": rule, "at": at, **counts, "source": "现场检查（样例）"}


def _report(rng: Random, member: Member, mended: str, at: str) -> dict[str, Any]:
    """https://hl7.org/fhir/R4/testreport.html"""
    passed = _passing(rng, _TESTS, 1 if mended == TESTS else _PASS[member.installation.version])
    results = ["pass"] * passed + ["fail"] * (_TESTS - passed)
    return {
        "resourceType": "TestReport",
        "status": "completed",
        "testScript": {"reference": TESTS.partition(":")[2]},
        "result": "pass" if passed == _TESTS else "fail",
        "tester": member.name,
        "issued": at,
        "test": [
            {"name": f"exchange-{number}", "action": [{"assert": {"result": result}}]}
            for number, result in enumerate(results, 1)
        ],
    }


def _passing(rng: Random, count: int, share: float) -> int:
    return sum(rng.random() < share for _ in range(count))

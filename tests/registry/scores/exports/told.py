"""Accounts of scores to be told: an ordinary one, one without a score, one with nothing in it, one of hostile names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from conformance.scoring.model import DIMENSIONS, Rule
from conformance.scoring.peers import Funnel, Point
from conformance.scoring.period import Period
from conformance.scoring.said import Said
from conformance.scoring.trends import Trend
from registry.scores.account import (
    DimensionAccount,
    Example,
    RuleAccount,
    ScoreAccount,
    SnapshotHead,
    Subject,
    TrendPoint,
)
from registry.scores.dimensions import TITLES

EVIL = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)> $x^2$ {0} style="color:red"'
DIGEST = "3f" * 32
HEAD = SnapshotHead(
    "2026-10-1", DIGEST, datetime(2026, 11, 2, 1, 30, tzinfo=UTC), 20261001, "pack-2026-10", "2026.1", "plumbline 0.1.0"
)
PERIOD = Period(date(2026, 10, 1), date(2026, 10, 31))
PROFILE = "https://plumbline.dev/fhir/StructureDefinition/laboratory-report"
VALUES = (0.9369, 0.7312, 0.7034, 0.9949, 0.9465, 0.905, 0.98)
SHARES = (0.2, 0.2, 0.2, 0.15, 0.1, 0.1, 0.05)


def rule(name: str, dimension: str, severity: str, failed: int, gain: str, judged: int = 12_000) -> RuleAccount:
    """A rule that so many records failed."""
    example = Example(
        "Observation/9f2c/_history/3",
        "Observation.code.coding[0].code",
        "x-999",
        "code-not-in",
        "2026-10-07",
        "his#2.1",
    )
    refused = Example("", "Observation.subject.reference", "某某", "reference-type", "2026-10-09", "lis#4.0")
    return RuleAccount(
        Rule(f"{PROFILE}|1.0.0#{name}", severity, dimension, f"{PROFILE}#{name}", "5.2.1"),  # type: ignore[arg-type]
        Said(f"{name}: the code is of the value set", f"{name}：代码应属于规定的值集"),
        Said("map local codes to the national table", "将院内代码映射到国家标准代码表"),
        judged,
        judged - failed,
        failed,
        3 if failed else 0,
        1.27,
        0.8828,
        Decimal(gain),
        (example, refused) if failed else (),
    )


RULES = (
    rule("Observation.code:binding", "D2", "major", 900, "4.5900"),
    rule("Observation:volume", "D3", "major", 380, "3.3100"),
    rule("Observation.subject:reference", "D1", "critical", 10, "0.5300"),
    rule("Observation.value[x]:must-support", "D3", "minor", 1200, "0"),
    rule("Observation.effective[x]:order", "D4", "critical", 40, "0.3100"),
    rule("Observation.performer:min", "D1", "major", 70, "0.0700"),
    rule("Observation.status:min", "D1", "major", 0, "0"),
    rule("Observation.issued:order", "D4", "info", 0, "0", judged=0),
)
SCORES = (61.2, 62.9, None, 66.1, 70.4, 74.8, 77.3, 78.1, 80.6, 83.2, 84.0, 85.4, 86.1, 84.31)


def _point(place: int, score: float | None) -> TrendPoint:
    period = f"{2025 + (8 + place) // 12}-{(8 + place) % 12 + 1:02}"
    if score is None:
        return TrendPoint(period, None, None, None)
    value = Decimal(str(score))
    return TrendPoint(period, value, value - Decimal("1.8"), value + Decimal("1.5"))


PEERS = Funnel(
    82.4,
    14.0,
    (
        Point("org-a", 900, 74.0, "within"),
        Point("org-b", 2_400, 88.5, "within"),
        Point("org-c", 5_200, 71.3, "far below"),
        Point("org-county", 12_620, 84.31, "within"),
        Point("org-d", 20_100, 90.2, "far above"),
        Point("org-e", 41_000, 81.9, "within"),
        Point("org-f", 64_000, 83.8, "within"),
    ),
)
ORDINARY = ScoreAccount(
    Subject("org-county", "青山县人民医院", "county-hospital", "CN-33"),
    PERIOD,
    HEAD,
    Decimal("84.3100"),
    Decimal("82.5000"),
    Decimal("85.8000"),
    "C3",
    (Said("D2 is at 0.731; expected 0.85 at the least", "D2 为 0.731；应不低于 0.85"),),
    False,
    (),
    0.79,
    12_620,
    tuple(
        DimensionAccount(name, TITLES[name], value, share)
        for name, value, share in zip(DIMENSIONS, VALUES, SHARES, strict=True)
    ),
    RULES,
    (f"{PROFILE}|1.0.0#Observation.device:must-support",),
    tuple(_point(place, score) for place, score in enumerate(SCORES)),
    (
        Trend(3, Decimal("85.2700"), Decimal("84.2000"), False),
        Trend(12, Decimal("79.1000"), Decimal("82.0500"), True),
    ),
    PEERS,
    f"https://registry.example/api/scores/verification/{DIGEST}/page",
)
WITHHELD = replace(
    ORDINARY,
    value=None,
    lower=None,
    upper=None,
    lacks=(),
    trend=(*ORDINARY.trend[:-1], _point(13, None)),
    peers=replace(PEERS, points=tuple(each for each in PEERS.points if each.owner != "org-county")),
    withheld=(Said("D2: the tool failed on 70 of 900 judgements", "D2：900 次判定中工具出错 70 次"),),
)
BARE = replace(
    ORDINARY,
    subject=Subject("org-new", "New", "clinic"),
    lacks=(),
    rules=(),
    excused=(),
    trend=(),
    windows=(),
    peers=None,
    verification="",
)
HOSTILE = replace(
    ORDINARY,
    subject=Subject("org-county", EVIL, EVIL, EVIL),
    rules=tuple(
        replace(
            each,
            rule=replace(each.rule, id=f"{EVIL}{place}", reference=EVIL, clause=EVIL, data_set=EVIL),
            title=Said(EVIL, EVIL),
            fix=Said(EVIL, EVIL),
            examples=(Example(EVIL, EVIL, EVIL, EVIL, EVIL, EVIL),),
        )
        for place, each in enumerate(RULES)
    ),
    dimensions=tuple(replace(each, title=Said(EVIL, EVIL)) for each in ORDINARY.dimensions),
    excused=(EVIL,),
    verification=EVIL,
)

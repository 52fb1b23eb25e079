"""An immutable record of the scores of a period, with digests of everything they were made of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.scoring.assess import Assessment, assess
from conformance.scoring.canonical import canonical, digest
from conformance.scoring.expected import Expected, expected_of
from conformance.scoring.levels import Grade, grade, level_name
from conformance.scoring.model import Expectations, Institution, Period, RulePack, volumes_of
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.said import ScoringRefused, check
from conformance.scoring.sheet import Layout, Sheet

_PLACES = 6
"""Decimals of a dimension and of coverage."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything but the tallies that scores are made of."""

    pack: RulePack
    policy: ScorePolicy
    expectations: Expectations
    period: Period
    seed: int
    """Of the bootstrap."""
    engine: str
    """The program that judged and counts: name, version, digest."""
    terminology: str = ""
    """A digest of the tables by which codes were judged."""

    @property
    def layout(self) -> Layout:
        """How sheets for it are laid out."""
        return Layout(self.pack, self.period)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The canonical bytes, and their SHA-256."""

    content: bytes
    digest: str

    @property
    def document(self) -> dict[str, Any]:
        """What they say."""
        return dict(json.loads(self.content))


def take(basis: Basis, sheets: Iterable[Sheet]) -> Snapshot:
    """Score everybody; sheets come in any order, one at a time, and who has none has sent nothing."""
    layout = basis.layout
    classes = {
        each.id: expected_of(layout, each, basis.expectations.declarations, basis.policy)
        for each in basis.expectations.classes
    }
    rows: dict[str, dict[str, Any]] = {}
    for institution, sheet in _paired(basis, layout, sheets):
        rows[institution.id] = _row(basis, institution, sheet, classes[institution.class_id])
    scores = [rows[name] for name in sorted(rows)]
    document = {**_head(basis, classes), "tallies": digest([each["tallies"] for each in scores]), "scores": scores}
    return Snapshot(canonical(document), digest(document))


def replay(snapshot: Snapshot, basis: Basis, sheets: Iterable[Sheet]) -> None:
    """That the same basis and tallies give the same bytes. Raises ScoringRefused naming what differs."""
    made = take(basis, sheets)
    if made.content == snapshot.content:
        return
    old, new = snapshot.document, made.document
    names = ", ".join(name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name))
    text = f"{names or 'the bytes'} came out otherwise; expected what the snapshot holds"
    raise ScoringRefused(f"snapshot {snapshot.digest}", text, f"{names or '内容'} 与快照不一致;应完全相同")


def _head(basis: Basis, classes: Mapping[str, Expected]) -> dict[str, Any]:
    return {
        "period": basis.period.name,
        "seed": basis.seed,
        "engine": basis.engine,
        "terminology": basis.terminology,
        "rulePack": {"name": basis.pack.name, "digest": digest(basis.pack)},
        "policy": {"version": basis.policy.version, "digest": digest(basis.policy)},
        "expectations": digest(basis.expectations),
        "excused": {name: each.excused for name, each in classes.items() if each.excused},
    }


def _paired(basis: Basis, layout: Layout, sheets: Iterable[Sheet]) -> Iterator[tuple[Institution, Sheet]]:
    left = {each.id: each for each in basis.expectations.institutions}
    known = frozenset(left)
    for sheet in sheets:
        where = f"tallies of {sheet.owner}"
        text = "there is no such institution; expected one with a class"
        check(sheet.owner in known, where, text, "没有此机构;应为已归类的机构")
        text = "there are two sheets of it; expected one"
        check(sheet.owner in left, where, text, "同一机构出现两次;应只有一次")
        same = sheet.layout == layout
        check(same, where, "it is of other rules or days; expected those of the basis", "规则或日期与评分依据不同")
        yield left.pop(sheet.owner), sheet
    for name, institution in left.items():
        yield institution, Sheet(layout, name)


def _row(basis: Basis, institution: Institution, sheet: Sheet, expected: Expected) -> dict[str, Any]:
    stated = volumes_of(institution, basis.period)
    made = assess(sheet, expected, stated, basis.policy, basis.seed)
    graded = grade(made, institution.open_critical, institution.before, basis.policy)
    return {
        "institution": institution.id,
        "class": institution.class_id,
        "tallies": sheet.digest(),
        **_numbers(made),
        **_level(graded, basis.policy),
    }


def _numbers(made: Assessment) -> dict[str, Any]:
    return {
        "score": made.value,
        "lower": made.lower,
        "upper": made.upper,
        "dimensions": {name: round(value, _PLACES) for name, value in made.dimensions.items()},
        "coverage": round(made.coverage, _PLACES),
        "records": made.records,
        "withheld": made.withheld,
    }


def _level(graded: Grade, policy: ScorePolicy) -> dict[str, Any]:
    return {
        "level": level_name(graded.held, policy),
        "gateBroken": graded.gate_broken,
        "lacks": graded.lacks,
        "standing": graded.standing,
    }

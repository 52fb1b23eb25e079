"""An immutable record of the scores of a period, with digests of everything they were made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from conformance.scoring.assess import Assessment, assess
from conformance.scoring.canonical import canonical, digest
from conformance.scoring.expectations import Expectations, Institution, volumes_of
from conformance.scoring.expected import Expected, expected_of
from conformance.scoring.levels import Grade, grade, level_name
from conformance.scoring.model import RulePack
from conformance.scoring.period import Period
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.said import ScoringRefused, check
from conformance.scoring.sheet import Layout, Sheet

Row = dict[str, Any]
"""What a snapshot says of one institution."""
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
    return assemble(basis, score_rows(basis, sheets))


def score_rows(basis: Basis, sheets: Iterable[Sheet]) -> Iterator[Row]:
    """What a snapshot says of each institution that has a sheet: a part of the work that can be done by itself."""
    layout, classes = basis.layout, _classes(basis)
    known = {each.id: each for each in basis.expectations.institutions}
    for sheet in sheets:
        where = f"tallies of {sheet.owner}"
        text = "there is no such institution; expected one with a class"
        check(sheet.owner in known, where, text, "没有此机构；应为已归类的机构")
        same = sheet.layout == layout
        check(same, where, "it is of other rules or days; expected those of the basis", "规则或日期与评分依据不同")
        institution = known[sheet.owner]
        yield _row(basis, institution, sheet, classes[institution.class_id])


def assemble(basis: Basis, rows: Iterable[Row]) -> Snapshot:
    """A snapshot of rows that were made in any order, and of those who have none."""
    made: dict[str, Row] = {}
    for row in rows:
        where = f"tallies of {row['institution']}"
        text = "there are two sheets of it; expected one"
        check(row["institution"] not in made, where, text, "同一机构出现两次；应只有一次")
        made[row["institution"]] = row
    layout = basis.layout
    silent = (Sheet(layout, each.id) for each in basis.expectations.institutions if each.id not in made)
    made |= {row["institution"]: row for row in score_rows(basis, silent)}
    scores = [made[name] for name in sorted(made)]
    document = {**_head(basis), "tallies": digest([each["tallies"] for each in scores]), "scores": scores}
    content = canonical(document)
    return Snapshot(content, hashlib.sha256(content).hexdigest())


def replay(snapshot: Snapshot, basis: Basis, sheets: Iterable[Sheet]) -> None:
    """That the same basis and tallies give the same bytes. Raises ScoringRefused naming what differs."""
    compare(snapshot, take(basis, sheets))


def compare(snapshot: Snapshot, made: Snapshot) -> None:
    """That what was made again has the same bytes. Raises ScoringRefused naming what differs."""
    if made.content == snapshot.content:
        return
    old, new = snapshot.document, made.document
    names = ", ".join(name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name))
    text = f"{names or 'the bytes'} came out otherwise; expected what the snapshot holds"
    raise ScoringRefused(f"snapshot {snapshot.digest}", text, f"{names or '内容'} 与快照不一致；应完全相同")


def _head(basis: Basis) -> dict[str, Any]:
    return {
        "period": basis.period.name,
        "seed": basis.seed,
        "engine": basis.engine,
        "terminology": basis.terminology,
        "rulePack": {"name": basis.pack.name, "digest": digest(basis.pack)},
        "policy": {"version": basis.policy.version, "digest": digest(basis.policy)},
        "expectations": digest(basis.expectations),
        "excused": {name: each.excused for name, each in _classes(basis).items() if each.excused},
    }


def _classes(basis: Basis) -> dict[str, Expected]:
    layout = basis.layout
    return {
        each.id: expected_of(layout, each, basis.expectations.declarations, basis.policy)
        for each in basis.expectations.classes
    }


def _row(basis: Basis, institution: Institution, sheet: Sheet, expected: Expected) -> Row:
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

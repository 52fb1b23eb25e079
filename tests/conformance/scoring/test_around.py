"""Trends, peers, products and the bridge between packs of rules."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.scoring.assess import Assessment
from conformance.scoring.bridge import Side, bridge
from conformance.scoring.expectations import InstitutionClass
from conformance.scoring.model import Rule, RulePack
from conformance.scoring.peers import ALARM, WARNING, funnel
from conformance.scoring.products import product_score
from conformance.scoring.said import ScoringRefused
from conformance.scoring.trends import trends
from tests.conformance.scoring.scored import (
    HOSPITAL,
    PACK,
    POLICY,
    SEED,
    SETS,
    VOLUMES,
    expected,
    scored,
    sheet_of,
    tallies,
    tally,
)

SENT = {"labs": (4850, 150), "notes": (1800, 200), "images": (180, 120)}


def scores(*values: float | None) -> list[Decimal | None]:
    return [None if each is None else Decimal(str(each)) for each in values]


def test_a_trend_compares_the_last_months_with_as_many_before():
    quarter, year = trends(scores(80, 81, 82, 84, 85, 86), POLICY)
    assert (quarter.mean, quarter.before, quarter.change, quarter.alarm) == (85, 81, 4, False)
    assert (year.mean, year.before, year.change) == (83, None, None)


def test_a_fall_is_an_alarm():
    assert trends(scores(90, 90, 90, 85, 85, 85), POLICY)[0].alarm
    assert not trends(scores(90, 90, 90, 85.1, 85, 85), POLICY)[0].alarm


def test_months_without_a_score_are_left_out():
    quarter = trends(scores(90, None, 80, None, None, 70), POLICY)[0]
    assert (quarter.before, quarter.mean) == (85, 70)
    assert trends([], POLICY)[1].mean is None


def peer(name: str, records: int, value: float | None) -> Assessment:
    given_value = None if value is None else Decimal(str(value))
    return Assessment(name, given_value, given_value, given_value, {}, 1.0, records)


def test_a_funnel_is_narrow_where_many_records_speak():
    peers = [peer(f"h{at}", 400 + at, 90 + at % 3 - 1) for at in range(20)]
    found = funnel([*peers, peer("small", 10, 80), peer("weak", 4000, 70), peer("none", 900, None)])
    assert found is not None
    places = {each.owner: each.place for each in found.points}
    assert "none" not in places
    assert places["small"] == "within"
    assert places["weak"] in ("below", "far below")
    narrow, wide = found.band(5000, WARNING), found.band(50, WARNING)
    assert wide[0] < narrow[0] < found.centre < narrow[1] < wide[1]
    assert found.band(500, ALARM)[0] < found.band(500, WARNING)[0]


def test_peers_that_differ_by_more_than_chance_widen_it():
    alike = funnel([peer(f"h{at}", 1000, 90) for at in range(10)])
    unlike = funnel([peer(f"h{at}", 1000, 75 + 3 * at) for at in range(10)])
    assert alike is not None
    assert unlike is not None
    assert alike.dispersion == 1 < unlike.dispersion
    assert funnel([]) is None


@given(st.permutations(range(12)))
def test_the_order_of_peers_is_of_no_account(order):
    peers = [peer(f"h{at}", 100 * (at + 1), 70 + 2 * at) for at in range(12)]
    assert funnel([peers[at] for at in order]) == funnel(peers)


def used_by(*names: str, name: str = "labs"):
    return [sheet_of([tally(f"{name}-codes", 90, 10, of=each)], owner=each) for each in names]


def test_a_product_is_scored_from_three_institutions_on_by_the_rules_that_saw_its_records():
    made = product_score("his#1", used_by("a", "b", "c"), expected(), POLICY, SEED)
    assert made.value is not None
    assert (made.owner, made.records, list(made.dimensions)) == ("his#1", 300, ["D2"])
    few = product_score("his#1", used_by("a", "a", "b"), expected(), POLICY, SEED)
    assert few.value is None
    assert few.withheld[0].en == "2 institutions use his#1; expected 3 at the least"


@pytest.mark.parametrize("nothing", [[], [sheet_of([], owner=name) for name in "abc"]])
def test_a_product_that_nobody_uses_has_no_score(nothing):
    assert product_score("his#1", nothing, expected(), POLICY, SEED).value is None


counts = st.fixed_dictionaries({name: st.tuples(st.integers(0, 3000), st.integers(0, 3000)) for name in SETS})
severities = st.sampled_from(["critical", "major", "minor", "info"])


@settings(max_examples=60)
@given(counts, counts, st.lists(severities, min_size=6, max_size=6), st.sets(st.sampled_from(PACK.rules), max_size=5))
def test_the_bridge_is_exactly_the_difference_of_the_scores(old_sent, new_sent, chosen, gone):
    kept = [replace(rule, severity=level) for rule, level in zip(PACK.rules, chosen, strict=True) if rule not in gone]
    pack = RulePack("sample#2", (*kept, Rule("new", "major", "D2", data_set="labs")))
    kind = InstitutionClass("hospital", tuple(rule.id for rule in pack.rules))
    asked = {rule.id for rule in pack.rules}
    rows = [each for each in tallies(new_sent) if each.rule in asked]
    new_policy = replace(POLICY, version="next", weights={"D2": 0.5, "D3": 0.5}, rho=0.2)
    old = Side(sheet_of(tallies(old_sent)), expected(), VOLUMES)
    new = Side(sheet_of([*rows, tally("new", 5, 5)], pack), expected(pack, kind, policy=POLICY), VOLUMES)
    found = bridge(old, new, POLICY, new_policy)
    assert found.old == scored(old_sent)
    assert found.old + sum(each.change for each in found.steps) == found.new


def test_each_step_is_named_with_what_it_is_worth():
    harder = [replace(rule, severity="critical") if rule.id == "images-codes" else rule for rule in PACK.rules]
    pack = RulePack("sample#2", (*harder[1:], Rule("dates", "major", "D2", data_set="labs")))
    assert harder[0].id == "images-codes"
    pack = RulePack("sample#2", (*[each for each in harder if each.id != "labs-codes"], pack.rules[0]))
    kind = replace(HOSPITAL, rules=tuple(rule.id for rule in pack.rules))
    rows = [*[each for each in tallies(SENT) if each.rule != "labs-codes"], tally("dates", 95, 5)]
    found = bridge(
        Side(sheet_of(tallies(SENT)), expected(), VOLUMES),
        Side(sheet_of(rows, pack), expected(pack, kind), VOLUMES),
        POLICY,
        POLICY,
    )
    assert [(each.cause, each.subject) for each in found.steps] == [
        ("added", "dates"),
        ("changed", "images-codes"),
        ("removed", "labs-codes"),
    ]
    assert found.steps[1].change < 0
    assert found.steps[1].said.en.startswith("images-codes has changed: -")
    assert found.steps[1].said.zh.startswith("images-codes 有变更：-")


def test_a_pack_that_asks_nothing_has_no_bridge():
    side = Side(sheet_of([]), expected(), VOLUMES)
    empty = replace(side, expected=expected(kind=InstitutionClass("none", ())))
    with pytest.raises(ScoringRefused, match="h: sample#1 expects no rule of it; expected one at the least"):
        bridge(side, empty, POLICY, POLICY)

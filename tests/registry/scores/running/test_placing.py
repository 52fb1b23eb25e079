"""Whole lists at a time come to the same as rule by rule."""

from __future__ import annotations

from array import array
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.scoring.counting.counters import packed, unpacked
from conformance.scoring.counting.deltas import Day
from conformance.scoring.model import Rule, RulePack
from conformance.scoring.period import Period
from conformance.scoring.policy_file import shipped_policy
from registry.scores.counting.names import day_name, day_of
from registry.scores.running.placing import Placing
from registry.scores.running.spans import Span
from registry.scores.running.strike import Strike
from registry.scores.running.terms import Terms

PERIOD = Period(date(2023, 10, 1), date(2023, 10, 4))
NAMES = "abcdefgh"
SPANS = {"p|1": Span(date.min), "q|1": Span(date(2023, 10, 2), date(2023, 10, 4))}
LISTS = {"1": ("p|1", "abcd"), "2": ("p|1", "bdx"), "3": ("q|1", "efg"), "4": ("gone|1", "abcd")}
days = st.integers(0, PERIOD.days - 1).map(lambda at: PERIOD.begin + timedelta(days=at))
counts = st.lists(st.integers(0, 9) | st.integers(0, 400_000), min_size=16, max_size=16)


@st.composite
def sent(draw):
    """A day: its name, and what is kept under it."""
    lists = draw(st.dictionaries(st.sampled_from(sorted(LISTS)), counts))
    checks = draw(st.dictionaries(st.sampled_from("h?"), st.lists(st.integers(0, 9), min_size=4, max_size=4)))
    kept = {digest: packed(array("I", numbers[: 4 * len(LISTS[digest][1])])) for digest, numbers in lists.items()}
    of = Day(draw(days).isoformat(), "h", draw(st.sampled_from(("his#1", "lab#1"))))
    return day_name("1", of), {"lists": kept, "checks": checks}


def rule_by_rule(terms, tallies):
    """What each counter has to be."""
    layout = terms.layout
    whole = array("I", bytes(4 * layout.width * PERIOD.days))

    def add(day, rule, numbers):
        column = layout.columns.get(rule)
        struck = any(each.rule == rule and each.first <= day <= each.last for each in terms.strikes)
        if column is not None and not struck and layout.pack.rules[column].in_force(day):
            for field, number in enumerate(numbers):
                begin = (day - PERIOD.begin).days * layout.width
                whole[begin + field * len(layout.pack.rules) + column] += number

    for name, kept in tallies:
        day = date.fromisoformat(day_of(name).day)
        for digest, text in kept["lists"].items():
            profile, rules = LISTS[digest]
            if profile in SPANS and SPANS[profile].has(day):
                for at, rule in enumerate(rules):
                    add(day, rule, unpacked(text)[at :: len(rules)])
        for rule, numbers in kept["checks"].items():
            add(day, rule, numbers)
    return whole


@settings(max_examples=60, deadline=None)
@given(st.lists(sent(), max_size=6), st.lists(st.tuples(st.sampled_from(NAMES), days), max_size=2))
def test_it_is_the_same_as_rule_by_rule(tallies, struck):
    rules = tuple(
        Rule(name, "major", "D1", since=SPANS["q|1"].since, until=SPANS["q|1"].until)
        if name in "efg"
        else Rule(name, "major", "D1")
        for name in NAMES
    )
    strikes = tuple(Strike("E-1", rule, day, day) for rule, day in struck)
    terms = Terms(RulePack("p", rules), shipped_policy(), (), (), PERIOD, 1, "", "", SPANS, strikes, "1")
    ordered = sorted(dict(tallies).items())
    sheet = Placing(terms, LISTS).sheet("h", ordered)
    assert sheet.counts == rule_by_rule(terms, ordered)

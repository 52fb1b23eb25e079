"""The guides of the registry say what the rules that come with the program say."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.lifecycle.checking import LIMITS, WINDOWS
from registry.lifecycle.guards import GUARDS
from registry.lifecycle.reading import shipped_rules

DOCS = Path(__file__).parents[2] / "docs"
COMMITTEE = (DOCS / "standards/committee.md").read_text(encoding="utf-8")
ADMINISTRATION = (DOCS / "standards/administration.md").read_text(encoding="utf-8")
RULES = shipped_rules()


def _row(page: str, first: str) -> list[str]:
    line = next(each for each in page.splitlines() if each.startswith(f"| {first} |"))
    return [each.strip() for each in line.strip("|").split("|")]


@pytest.mark.parametrize("code", [code for machine, code in RULES.states if machine == "text"])
def test_every_stage_has_its_row_with_who_holds_it_and_where_it_goes(code):
    _, name, holders, ways = _row(COMMITTEE, code)
    state = RULES.state("text", code)
    assert name == f"{state.name.en} {state.name.zh}"
    assert holders == (" ".join(state.holders) or "–")
    leaving = [
        f"`{each.action}` {each.target}"
        for each in RULES.transitions
        if each.machine == "text" and code in each.sources and each.action != "supersede"
    ]
    assert ways == (", ".join(leaving) or "its end")


@pytest.mark.parametrize("kind", [each for each in RULES.documents if each != "release"])
def test_every_document_has_its_row_with_what_asks_for_it(kind):
    _, name, actions, _ = _row(COMMITTEE, f"`{kind}`")
    asking = [f"`{each.action}`" for each in RULES.transitions if kind in each.documents]
    assert name == f"{RULES.documents[kind].name.en} {RULES.documents[kind].name.zh}"
    assert actions == ", ".join(asking)


@pytest.mark.parametrize("name", RULES.votes)
def test_every_vote_profile_has_its_row_with_what_it_needs(name):
    profile = RULES.votes[name]
    called = profile["name"]["zh"]
    line = next(each for each in COMMITTEE.splitlines() if each.startswith(f"| `{name}` {called}"))
    quorum, approve, oppose, silence, days = [each.strip() for each in line.strip("|").split("|")][1:]
    assert approve == f"≥ {profile['approve']} of {profile['approveOf']}"
    assert quorum == (f"≥ {profile['quorum']}" if profile["quorum"] else "one")
    assert oppose == (f"≤ {profile['opposeLimit']} of ballots" if profile["opposeLimit"] else "")
    assert silence.rstrip("s") == profile["silence"]
    assert days == f"{profile['letterDays']} days"


def test_administrators_find_every_guard_limit_window_and_firm_guard():
    names = [*GUARDS, *LIMITS, *WINDOWS, *RULES.firm, *next(iter(RULES.votes.values()))]
    assert not [each for each in names if f"`{each}`" not in ADMINISTRATION and each not in ("version", "name")]


@pytest.mark.parametrize("names", ["notice", "papers, fast-papers", "letter", "extension, extensions", "abolition"])
def test_administrators_find_the_days_that_are_shipped(names):
    first = ", ".join(f"`{each}`" for each in names.split(", "))
    found = _row(ADMINISTRATION, first)[1]
    assert found == ", ".join(str(RULES.limits[each]) for each in names.split(", "))

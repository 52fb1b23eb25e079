from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.scoring.canonical import canonical
from conformance.scoring.expectations import Expectations, Institution, Standing, Volume
from conformance.scoring.said import ScoringRefused
from conformance.scoring.sheet import sheets
from conformance.scoring.snapshot import Basis, Snapshot, assemble, replay, score_rows, take
from tests.conformance.scoring.scored import HOSPITAL, PACK, PERIOD, POLICY, VOLUMES, scored, sheet_of, tallies, tally

NAMES = ("east", "north", "west")
SENT = {
    "east": {"labs": (4850, 150), "notes": (1800, 200), "images": (180, 120)},
    "west": {"labs": (4950, 50), "notes": (1980, 20), "images": (295, 5)},
}
ROWS = [each for name, counts in SENT.items() for each in tallies(counts, of=name)]


def institution(name: str) -> Institution:
    volumes = tuple(Volume(name, each, PERIOD, count, "settlements") for each, count in VOLUMES.items())
    return Institution(name, HOSPITAL.id, volumes, before=Standing(5, 5))


BASIS = Basis(
    PACK, POLICY, Expectations((HOSPITAL,), tuple(map(institution, NAMES))), PERIOD, 2026, "plumbline 1", "tables 7"
)


def taken(basis: Basis = BASIS, rows=ROWS) -> Snapshot:
    return take(basis, sheets(basis.layout, rows))


def test_it_holds_everybody_s_score_with_what_it_was_made_of():
    document = taken().document
    assert document["period"] == "2026-10-01/2026-10-31"
    assert (document["seed"], document["engine"], document["terminology"]) == (2026, "plumbline 1", "tables 7")
    assert document["rulePack"]["name"] == "sample#1"
    assert document["policy"]["version"] == POLICY.version
    rows = {each["institution"]: each for each in document["scores"]}
    assert list(rows) == list(NAMES)
    assert rows["east"]["score"] == str(scored(SENT["east"]))
    assert rows["west"]["level"] == "C5"
    assert rows["west"]["standing"] == {"earned": 5, "held": 5}


def test_who_sent_nothing_is_scored_too():
    row = taken().document["scores"][1]
    assert (row["institution"], row["score"], row["coverage"], row["level"]) == ("north", "1.0000", 0.0, "C5")
    assert row["standing"] == {"earned": 0, "held": 5}


def test_its_digest_is_that_of_its_bytes_and_these_are_canonical():
    snapshot = taken()
    assert snapshot.digest == hashlib.sha256(snapshot.content).hexdigest()
    assert canonical(json.loads(snapshot.content)) == snapshot.content


@settings(max_examples=20)
@given(st.permutations(NAMES), st.permutations(tuple(SENT)), st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_changes_no_byte(people, senders, random):
    mixed = replace(BASIS, expectations=Expectations((HOSPITAL,), tuple(map(institution, people))))
    rows = list(ROWS)
    random.shuffle(rows)
    rows.sort(key=lambda each: senders.index(each.institution))
    assert taken(mixed, rows) == taken()


def test_parts_that_were_scored_by_themselves_make_the_same_snapshot():
    parts = [list(score_rows(BASIS, sheets(BASIS.layout, tallies(SENT[name], of=name)))) for name in ("west", "east")]
    assert assemble(BASIS, [row for part in parts for row in part]) == taken()


def test_the_same_basis_and_tallies_replay_it():
    replay(taken(), BASIS, sheets(BASIS.layout, ROWS))


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"seed": 1}, "scores, seed"),
        ({"engine": "plumbline 2"}, "engine"),
        ({"terminology": "tables 8"}, "terminology"),
        ({"policy": replace(POLICY, rho=0.2)}, "policy"),
        ({"pack": replace(PACK, name="sample#2")}, "rulePack"),
        (
            {"expectations": Expectations((HOSPITAL,), tuple(map(institution, ("east", "west"))))},
            "expectations, scores",
        ),
    ],
)
def test_another_basis_does_not_and_is_named(change, names):
    basis = replace(BASIS, **change)
    with pytest.raises(ScoringRefused) as refused:
        replay(taken(), basis, sheets(basis.layout, ROWS))
    assert f": {names}" in str(refused.value)
    assert "came out otherwise; expected what the snapshot holds" in str(refused.value)


def test_one_tally_more_does_not():
    with pytest.raises(ScoringRefused, match="scores, tallies came out otherwise"):
        replay(taken(), BASIS, sheets(BASIS.layout, [*ROWS, tally("labs-codes", 1, of="west")]))


def test_an_error_of_the_tool_that_changes_no_number_changes_the_digest_of_the_tallies():
    row, other = (
        taken(rows=rows).document["scores"][2] for rows in (ROWS, [*ROWS, tally("labs-codes", 0, error=1, of="west")])
    )
    assert row.pop("tallies") != other.pop("tallies")
    assert row == other


def test_tallies_of_strangers_and_of_other_rules_are_refused():
    with pytest.raises(ScoringRefused, match="tallies of south: there is no such institution"):
        taken(rows=[tally("labs-codes", 1, of="south")])
    with pytest.raises(ScoringRefused, match="there are two sheets of it"):
        take(BASIS, [sheet_of(ROWS[:3], owner="east"), sheet_of(ROWS[3:6], owner="east")])
    with pytest.raises(ScoringRefused, match="it is of other rules or days"):
        take(BASIS, [sheet_of([], replace(PACK, name="sample#2"), owner="east")])

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.scoring.expectations import Declaration
from conformance.scoring.tallying import Outcome, Sighting, tallies_of
from conformance.scoring.wilson import lower_bound
from tests.conformance.scoring.scored import PERIOD, POLICY, SETS, STRICT, VOLUMES, assessed, scored, tallies, tally

count = st.integers(0, 6000)
counts = st.fixed_dictionaries({name: st.tuples(count, count) for name in SETS})
policies = st.sampled_from([POLICY, STRICT])
ROUNDING = 1e-15
"""Of a share: how far apart the same number may come out of two sums."""


OUTCOMES: tuple[Outcome, ...] = ("pass", "fail", "not-applicable")


def seen_record(set_name: str, record: int, content: int, day: int) -> Sighting:
    """What a rule says of a record depends on its content alone."""
    outcome = OUTCOMES[(record + content) % 3]
    return Sighting(
        institution="h",
        product="his#1",
        day=PERIOD.begin + timedelta(days=day),
        identity=f"{set_name}-{record}",
        content=f"content {content}",
        version=day,
        cluster=f"patient {record % 3}",
        outcomes={f"{set_name}-codes": outcome, f"{set_name}-volume": "pass"},
    )


sightings = st.lists(
    st.builds(seen_record, st.sampled_from(SETS), st.integers(0, 5), st.integers(0, 2), st.integers(0, 4)),
    max_size=30,
    unique_by=lambda each: (each.identity, each.day),
)


@given(counts, st.sampled_from(SETS), st.integers(1, 6000), policies)
def test_a_repair_never_lowers_a_score(sent, name, most, policy):
    passed, failed = sent[name]
    mended = {**sent, name: (passed + min(most, failed), failed - min(most, failed))}
    assert scored(mended, policy) >= scored(sent, policy)


@given(counts, st.sampled_from(SETS), policies)
def test_to_withhold_a_data_set_never_raises_a_score(sent, name, policy):
    assert scored({**sent, name: (0, 0)}, policy) <= scored(sent, policy)


@given(counts, st.sampled_from(SETS), st.integers(0, 6000), st.integers(0, 6000))
def test_to_withhold_whatever_records_never_raises_a_score_where_volumes_are_strict(sent, name, good, bad):
    within = {
        each: (min(passed, VOLUMES[each] // 2), min(failed, VOLUMES[each] // 2))
        for each, (passed, failed) in sent.items()
    }
    passed, failed = within[name]
    left = {**within, name: (passed - min(good, passed), failed - min(bad, failed))}
    assert scored(left, STRICT) <= scored(within, STRICT)


@given(sightings, st.data())
def test_nor_does_it_where_records_are_of_the_same_patients(seen, data):
    one_version = list({each.identity: each for each in seen}.values())
    volumes = dict.fromkeys(SETS, 6)
    kept = data.draw(st.lists(st.sampled_from(one_version), unique_by=id)) if one_version else []
    less, more = (assessed(tallies_of(rows), STRICT, volumes).value for rows in (kept, one_version))
    assert less is not None
    assert more is not None
    assert less <= more


@given(counts, st.sampled_from(SETS), st.integers(1, 6000))
def test_to_invent_good_records_beyond_the_expected_volume_never_raises_a_score_where_volumes_are_strict(
    sent, name, more
):
    passed, failed = sent[name]
    full = {**sent, name: (max(passed, VOLUMES[name] - failed), failed)}
    padded = {**full, name: (full[name][0] + more, failed)}
    assert scored(padded, STRICT) <= scored(full, STRICT)


@given(sightings, st.data())
def test_to_send_records_again_changes_nothing(seen, data):
    again = data.draw(st.lists(st.sampled_from(seen), max_size=30)) if seen else []
    later = [replace(each, day=each.day + timedelta(days=10), version=each.version + 10) for each in again]
    assert tallies_of([*later, *seen, *again]) == tallies_of(seen)


@given(sightings, st.randoms(use_true_random=False))
def test_the_order_of_records_is_of_no_account(seen, random):
    shuffled = list(seen)
    random.shuffle(shuffled)
    assert tallies_of(shuffled) == tallies_of(seen)


@given(sightings)
def test_test_data_never_enter_a_tally(seen):
    labelled = [replace(each, identity=f"test {each.identity}", is_test=True) for each in seen]
    assert tallies_of([*labelled, *seen]) == tallies_of(seen)


@given(counts, st.randoms(use_true_random=False))
def test_the_order_of_tallies_is_of_no_account(sent, random):
    rows = tallies(sent)
    mixed = list(rows)
    random.shuffle(mixed)
    assert assessed(mixed) == assessed(rows)


declarations = st.builds(
    Declaration,
    st.sampled_from(["hospital", "clinic"]),
    st.sampled_from([*SETS, *(f"{name}-codes" for name in SETS)]),
    st.just("we have none"),
    st.dates(date(2026, 9, 1), date(2026, 11, 30)),
    st.dates(date(2026, 9, 1), date(2026, 11, 30)),
    st.sampled_from(["", "committee"]),
    st.none() | st.dates(date(2026, 9, 1), date(2026, 11, 30)),
)


@given(counts, declarations)
def test_what_nobody_approved_for_the_class_and_all_of_the_period_excuses_nothing(sent, declared):
    approved = declared.approved_by and declared.approved_on and declared.approved_on <= PERIOD.end
    valid = declared.begin <= PERIOD.begin and declared.expires > PERIOD.end
    if approved and valid and declared.class_id == "hospital":
        return
    assert scored(sent, declarations=[declared]) == scored(sent)


@given(sightings)
def test_to_call_a_rule_not_applicable_never_raises_a_score_above_that_of_passing_it(seen):
    passing = [replace(each, outcomes=dict.fromkeys(each.outcomes, "pass")) for each in seen]
    volumes = dict.fromkeys(SETS, 50)
    worse, better = (assessed(tallies_of(rows), volumes=volumes).value for rows in (seen, passing))
    assert worse is not None
    assert better is not None
    assert worse <= better


@given(st.integers(1, 5000), st.integers(0, 5000), st.floats(1, 30))
def test_few_records_never_count_as_certain(passed, failed, effect):
    judged = passed + failed
    few, many = (lower_bound(passed * by, judged * by, 1.645) for by in (1 / effect, 1))
    assert 0 <= few <= many + ROUNDING
    assert many <= passed / judged
    assert lower_bound(passed, passed, 1.645) == pytest.approx(passed / (passed + 1.645**2))


@given(counts, st.sampled_from(SETS), st.integers(1, 30))
def test_errors_of_the_tool_within_the_limit_change_no_number(sent, name, errors):
    rows = tallies(sent)
    seen = sum(sum(pair) for pair in sent.values())
    if errors > 0.005 * (seen + errors) or not sum(sent[name]):
        return
    with_errors = [*rows, tally(f"{name}-codes", 0, error=errors)]
    assert assessed(with_errors) == assessed(rows)


@given(counts, st.integers(1, 3000))
def test_errors_of_the_tool_beyond_the_limit_give_no_score_at_all(sent, errors):
    rows = [*tallies(sent), tally("labs-codes", 0, error=errors)]
    seen = sum(sum(pair) for pair in sent.values())
    made = assessed(rows)
    assert (made.value is None) == (errors > 0.005 * (seen + errors) or not sum(sent["labs"]))


@settings(max_examples=50)
@given(counts)
def test_a_score_lies_within_its_interval_and_between_its_dimensions(sent):
    made = assessed(tallies(sent))
    assert made.value is not None
    assert made.lower is not None
    assert made.upper is not None
    assert 0 <= made.lower <= made.value <= made.upper <= 100
    low, high = min(made.dimensions.values()), max(made.dimensions.values())
    assert max(1, 100 * low) - 1e-3 <= float(made.value) <= max(1, 100 * high) + 1e-3
    assert fsum(POLICY.weights.values()) == 1

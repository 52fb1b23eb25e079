from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from conformance.rules_in_force import MODES, Rule, RulesInForce

PROFILE = "http://example.org/fhir/StructureDefinition/p|1.0.0"
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))
TYPES = st.sampled_from(["Patient", "Observation"])


@st.composite
def lives(draw: st.DrawFn) -> Rule:
    """A rule whose dates come in order; each may be missing."""
    dates: list[datetime | None] = [*sorted(draw(st.lists(INSTANTS, min_size=4, max_size=4)))]
    missing = draw(st.sets(st.integers(0, 3)))
    return Rule(PROFILE, draw(TYPES), *(None if at in missing else each for at, each in enumerate(dates)))


@given(lives(), INSTANTS, INSTANTS)
def test_a_rule_grows_stricter_until_it_ends(rule: Rule, one: datetime, other: datetime) -> None:
    earlier, later = sorted([one, other])
    if rule.until is None or later < rule.until:
        assert MODES.index(rule.mode(earlier)) <= MODES.index(rule.mode(later))
    else:
        assert rule.mode(later) == "off"


@given(lives())
def test_a_rule_changes_on_its_dates_to_the_moment(rule: Rule) -> None:
    for mode, since in (("observe", rule.observe_from), ("warn", rule.warn_from), ("reject", rule.reject_from)):
        later = [each for each in rule.dates if each is not None and since is not None and each != since]
        if since is not None and all(each != since for each in later) and len(set(rule.dates)) == 4:
            assert rule.mode(since) in (mode, "off")
            assert rule.mode(since - timedelta(microseconds=1)) != mode
    if rule.until is not None:
        assert rule.mode(rule.until) == "off"


@given(st.lists(lives(), max_size=5), TYPES, st.lists(INSTANTS, min_size=1, max_size=6))
def test_what_is_in_force_is_what_each_rule_says_in_whatever_order_instants_are_asked(
    rules: list[Rule], kind: str, instants: list[datetime]
) -> None:
    asked = RulesInForce(rules)
    dates = [each for rule in rules for each in rule.dates if each is not None]
    for now in [*instants, *dates, *(each - timedelta(microseconds=1) for each in dates)]:
        found = [(each.rule, each.mode) for each in asked.at(kind, now)]
        expected = [(each, each.mode(now)) for each in rules if each.type == kind and each.mode(now) != "off"]
        assert sorted(found, key=repr) == sorted(expected, key=repr)
        strictness = [MODES.index(mode) for _, mode in found]
        assert strictness == sorted(strictness, reverse=True)


def test_a_rule_about_claims_takes_a_claim_in_any_version() -> None:
    rule = Rule(PROFILE, "Patient", applies="claimed")
    url = PROFILE.partition("|")[0]
    assert rule.concerns([url])
    assert rule.concerns([url + "|0.9"])
    assert not rule.concerns([url + "-other"])
    assert Rule(PROFILE, "Patient").concerns([])

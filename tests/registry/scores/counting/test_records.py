"""Namesakes, open findings, examples: what a record leaves besides its counts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from fhir_kernel.store.memory import MemoryStore
from fhir_kernel.store.records import Change, Key, Version
from registry.scores.counting.purging import close_days
from registry.scores.counting.reading import open_critical, samples_of
from tests.registry.scores.counting.world import FIRST, LABS, LAST, VISITS, counted, entry, numbers, with_lists

pytestmark = pytest.mark.anyio
BASE, CODE, IDENTITY = "labs#Observation:base", "labs#Observation.code:min", "labs#:identity"


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def store():
    return await with_lists(MemoryStore())


async def keep(store, name, number=1, at="2026-10-01T00:00:00+00:00", body=b"{}"):
    version = Version(Key(*name.split("/")), number, datetime.fromisoformat(at).astimezone(UTC), "PUT", body)
    await store.commit(lambda transaction: transaction.write([Change(version)]))


def identity_of(days):
    """Passed, failed, clusters of the rule `identity` on each day."""
    return [tuple(numbers(day)[field][2] for field in (0, 1, 3)) for day in days]


async def test_a_record_under_one_identifier_is_asked_once_whether_it_stands_alone(store):
    sent = [entry(version=at, content=f"c{at}", at=f"2026-10-0{at}T10:00:00+08:00") for at in (1, 2, 3)]
    assert identity_of(await counted(store, *sent)) == [(1, 0, 1), (0, 0, 0), (0, 0, 0)]


async def test_a_second_resource_of_the_same_identifier_fails_even_if_its_content_is_no_news(store):
    await keep(store, "Observation/1")
    await counted(store, entry())
    days = await counted(store, entry(kept="Observation/2", at="2026-10-06T10:00:00+08:00"))
    assert identity_of(days) == [(1, 0, 1), (0, 1, 1)]
    assert numbers(days[1])[0] == [0, 0, 0]
    other = await counted(store, entry(institution="h2", kept="Observation/3"), institution="h2")
    assert identity_of(other) == [(1, 0, 1)]


async def test_a_second_version_on_the_same_day_does_not_hide_a_namesake(store):
    twice = [entry(kept="Observation/2", version=at, content=f"c{at}") for at in (1, 2)]
    assert identity_of(await counted(store, entry(), *twice)) == [(1, 1, 1)]


async def test_a_namesake_that_had_been_deleted_is_none(store):
    await keep(store, "Observation/1")
    await keep(store, "Observation/1", 2, "2026-10-04T00:00:00+00:00", None)
    await counted(store, entry(at="2026-10-02T10:00:00+08:00"))
    days = await counted(store, entry(kept="Observation/2", content="c2"))
    assert identity_of(days) == [(1, 0, 1), (1, 0, 1)]


async def test_records_without_an_identifier_have_no_namesakes(store):
    assert identity_of(await counted(store, entry(named=False), entry(named=False, kept="Observation/2"))) == [
        (0, 0, 0)
    ]


async def test_critical_findings_are_open_until_an_accepted_version_is_without_them(store):
    await counted(
        store, entry((LABS, "3", "3", "0")), entry((VISITS, "1", "1", "0"), identity="i2", kept="Encounter/1")
    )
    assert await open_critical(store) == {"h1": 2}
    await counted(store, entry((LABS, "3", "0", "0"), kept="", content="refused"))
    assert await open_critical(store) == {"h1": 2}
    await counted(store, entry((LABS, "3", "2", "0"), version=2, content="c2"))
    assert await open_critical(store) == {"h1": 1}


async def test_the_newest_five_examples_of_each_rule_and_month_are_kept(store):
    def failing(at, day, rule=CODE):
        found = {
            "issue": "too-few",
            "severity": "error",
            "path": "Observation.code",
            "scoredRule": rule,
            "value": "x-9",
        }
        rules = [
            {
                "rule": "labs",
                "mode": "warn",
                "applicable": 1,
                "failed": 1,
                "findings": [found, {**found, "scoredRule": None}],
            }
        ]
        return entry(rules=rules, identity=f"i{at}", kept=f"Observation/{at}", at=f"{day}T10:00:00+08:00")

    await counted(store, failing(0, "2026-09-30", BASE), *(failing(at, f"2026-10-0{at}") for at in range(1, 5)))
    await counted(store, *(failing(at, f"2026-10-0{at}") for at in range(5, 8)), failing(8, "2026-11-01"))
    found = await samples_of(store, "h1", FIRST, LAST)
    assert [each.resource for each in found[CODE]] == [f"Observation/{at}/_history/1" for at in (8, 7, 6, 5, 4, 3)]
    assert [each.resource for each in found[BASE]] == ["Observation/0/_history/1"]
    first = found[BASE][0]
    assert (first.path, first.value, first.issue) == ("Observation.code", "x-9", "too-few")
    assert (first.day, first.product) == ("2026-09-30", "his#2.1")
    october = await samples_of(store, "h1", date(2026, 10, 6), date(2026, 10, 31))
    assert {rule: len(each) for rule, each in october.items()} == {CODE: 2}


async def test_a_closed_day_keeps_its_counts_and_its_contents_and_takes_nothing_more(store):
    await counted(store, entry())
    assert await close_days(store, "1", date(2026, 12, 1)) == 1
    again = entry(at="2026-12-01T10:00:00+08:00", version=2)
    late = entry(identity="i2", kept="Observation/2")
    [day] = await counted(store, again, late)
    assert (day.day, numbers(day)[0]) == (date(2026, 10, 5), [1, 1, 1])
    assert (await store.load("score-position", "1"))["late"] == 1
    changed = await counted(store, entry(at="2026-12-01T10:00:00+08:00", version=3, content="c3"))
    assert [numbers(each)[0] for each in changed] == [[1, 1, 1], [1, 1, 0]]
    assert await close_days(store, "1", date(2026, 12, 1)) == 0


async def test_checks_of_a_day_are_added_up(store):
    def check(product, **counts):
        who = {"instant": "2026-10-05T10:00:00+08:00", "institution": "h1", "product": product}
        return {**who, "check": {"rule": "check:tls", **counts}}

    days = await counted(store, check("a", passed=2, failed=1), check("a", passed=1, error=1), check("b", failed=1))
    assert [(day.product, day.checks) for day in days] == [
        ("a", {"check:tls": [3, 1, 1, 4]}),
        ("b", {"check:tls": [0, 1, 0, 1]}),
    ]


async def test_a_check_may_be_told_of_long_after_its_day(store):
    await close_days(store, "1", date(2026, 12, 31))
    told = {"instant": "2026-10-05T10:00:00+08:00", "institution": "h1", "check": {"rule": "check:tls", "passed": 1}}
    assert [day.checks for day in await counted(store, told)] == [{"check:tls": [1, 0, 0, 1]}]


async def test_what_nobody_known_sent_or_no_rule_was_asked_of_counts_for_nothing(store):
    unscored = {name: value for name, value in entry().items() if name != "scored"}
    assert await counted(store, entry(institution=""), unscored, entry(test=True)) == []

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.scoring.model import Tally
from conformance.scoring.tallying import Sighting, tallies_of
from fhir_kernel.errors import StoreError, StoreUnavailable
from fhir_kernel.store.memory import MemoryStore
from registry.scores.counting.catching_up import catch_up
from registry.scores.counting.reading import days_of, institutions_with_tallies
from tests.contract.conftest import STORES
from tests.registry.scores.counting.world import (
    FIRST,
    LABS,
    LAST,
    RULES,
    VISITS,
    ZONE,
    counted,
    entry,
    keep_list,
    numbers,
    send,
    with_lists,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(params=["memory", "mongodb"])
async def store(request, tmp_path):
    async with STORES[request.param](tmp_path) as opened:
        yield await with_lists(opened)


_MASKS = st.sampled_from([("7", "0", "0"), ("3", "1", "0"), ("3", "2", "2"), ("5", "0", "4"), ("1", "1", "1")])
_SENT = st.fixed_dictionaries(
    {
        "institution": st.sampled_from(["h1", "h2"]),
        "product": st.sampled_from(["his", "lis"]),
        "day": st.sampled_from([1, 2, 3]),
        "identity": st.sampled_from(["a", "b", "c"]),
        "content": st.sampled_from(["x", "y"]),
        "patient": st.sampled_from(["p", "q", ""]),
        "labs": _MASKS,
        "visits": st.sampled_from([None, ("1", "0", "0"), ("1", "1", "0")]),
        "test": st.sampled_from([False, False, False, True]),
        "then_count": st.booleans(),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_SENT, max_size=12))
def test_what_is_counted_as_it_comes_is_what_all_of_it_comes_to(sent):
    assert asyncio.run(_counted_on_and_on(sent)) == tallies_of(_sighting(*each) for each in enumerate(sent))


async def _counted_on_and_on(sent):
    store = await with_lists(MemoryStore())
    for each in sent:
        lists = [(LABS, *each["labs"])] + ([(VISITS, *each["visits"])] if each["visits"] else [])
        said = {"identity": each["identity"], "content": each["content"], "patient": each["patient"], "named": False}
        who = {"institution": each["institution"], "product": each["product"], "productVersion": ""}
        test = {"test": True} if each["test"] else {}
        await send(store, entry(*lists, at=f"2026-10-0{each['day']}T12:00:00+08:00", **said, **who, **test))
        if each["then_count"]:
            await catch_up(store, ZONE)
    await catch_up(store, ZONE)
    days = [day for each in ("h1", "h2") for day in await days_of(store, each, FIRST, LAST)]
    rows = [row for day in days for row in _tallies(day)]
    return sorted(rows, key=lambda each: (each.institution, each.product, each.rule, each.day))


def _tallies(day):
    for digest, fields in day.lists.items():
        for rule, passed, failed, error, clusters in zip(RULES[digest], *fields, strict=True):
            if (applicable := passed + failed + error) > 0:
                counts = (applicable, passed, failed, error, clusters)
                yield Tally(day.institution, day.product, rule, day.day, *counts)


def _sighting(number, sent):
    outcomes = {}
    for digest, masks in ((LABS, sent["labs"]), (VISITS, sent["visits"])):
        if masks is not None:
            asked, failed, error = (int(each, 16) for each in masks)
            for at, rule in enumerate(RULES[digest]):
                if asked >> at & 1:
                    outcomes[rule] = "error" if error >> at & 1 else "fail" if failed >> at & 1 else "pass"
    who = (sent["institution"], sent["product"], date(2026, 10, sent["day"]), sent["identity"], sent["content"])
    return Sighting(*who, number, sent["patient"], outcomes, sent["test"])


async def test_days_are_those_of_the_zone_and_products_have_their_version(store):
    [day] = await counted(store, entry(at="2026-10-05T17:00:00+00:00"))
    assert (day.institution, day.product, day.day) == ("h1", "his#2.1", date(2026, 10, 6))
    assert numbers(day) == [[1, 1, 1], [0, 0, 0], [0, 0, 0], [1, 1, 1]]
    assert await institutions_with_tallies(store) == ["h1"]


async def test_several_processes_count_each_entry_once(store):
    await send(store, *(entry(identity=f"i{at}", kept=f"Observation/{at}", patient=f"p{at % 7}") for at in range(2500)))
    await asyncio.gather(*(catch_up(store, ZONE) for _ in range(3)))
    [day] = await days_of(store, "h1", FIRST, LAST)
    assert numbers(day) == [[2500] * 3, [0] * 3, [0] * 3, [7] * 3]
    assert await catch_up(store, ZONE) == 0


async def test_a_rule_list_that_is_missing_is_told_and_nothing_is_counted(store):
    lost = "10570000000000ff"
    RULES[lost] = ("lost#Patient:base",)
    try:
        await send(store, entry(), entry((lost, "1", "0", "0"), identity="i2", kept="Observation/2"))
        with pytest.raises(StoreUnavailable, match=f"rule list {lost}, which this store does not hold"):
            await catch_up(store, ZONE)
        assert await days_of(store, "h1", FIRST, LAST) == []
        await keep_list(store, lost)
        assert await catch_up(store, ZONE) == 2
    finally:
        del RULES[lost]
    [day] = await days_of(store, "h1", FIRST, LAST)
    assert (numbers(day, lost), numbers(day)[0]) == ([[1], [0], [0], [1]], [1, 1, 1])


async def test_rules_that_a_list_does_not_have_are_told_and_nothing_is_counted(store):
    await send(store, entry((LABS, "9", "0", "0")))
    with pytest.raises(
        StoreError, match=r"the rules 9 .as bits. of the list 1abs000000000000 were asked; expected some of"
    ):
        await catch_up(store, ZONE)
    assert await institutions_with_tallies(store) == []

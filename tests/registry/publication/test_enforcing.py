"""A publication changes what the server accepts: accepted, warned of, refused, as the days come; until it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fhir_kernel.settings import load_settings
from plumbline.wiring import build_published_judge
from registry.packages.shelf import release
from registry.publication.in_force import last_instant, rules_at
from registry.publication.moving import move_dates
from registry.records.cases import progress
from registry.refusal import Refused
from tests.registry.drafting.making import MANIFEST, core
from tests.registry.publication.test_publishing import PATIENT, begin, body, ready, revised
from tests.registry.publication.world import AUTHORITY, ZONE

pytestmark = pytest.mark.anyio
FAULTY = {"resourceType": "Patient", "id": "1", "gender": "male"}
CANONICAL = f"{PATIENT['url']}|2026.0.0"


def outcome(judge, at: datetime) -> str:
    found = judge.judge(FAULTY, method="POST", now=at)
    return "refused" if not found.accepted else "warned" if found.issues else "accepted"


async def moved(house, reason="hospitals need more time", profile=CANONICAL, **dates):
    named = {f"{name[:-5]}From" if name.endswith("_from") else name: date for name, date in dates.items()}

    async def work(transaction):
        more = {"reason": reason, "by": AUTHORITY, "now": house.now, "new_id": house.new_id}
        return await move_dates(transaction, "edition-one", profile, named, **more)

    return await house.store.commit(work)


async def modes(house, at: datetime) -> list[tuple[str, str]]:
    return [(each["edition"], each["mode"]) for each in await rules_at(house.store, at)]


async def test_a_record_is_accepted_then_warned_of_then_refused(house):
    await house.published(await ready(house))
    judge = build_published_judge(core(), load_settings())
    await judge.take_up(house.store)
    days = [house.now + timedelta(days=each) for each in (1, 31, 91)]
    assert [outcome(judge, each) for each in days] == ["accepted", "warned", "refused"]


async def test_the_rules_that_applied_on_a_day_stay_what_they_were(house):
    await house.published(await ready(house))
    start, reject = house.now, begin(house.today + timedelta(90))
    assert await modes(house, start - timedelta(seconds=1)) == []
    assert await modes(house, start) == [("WS/T 788-2026", "observe")]
    assert await modes(house, reject) == [("WS/T 788-2026", "reject")]

    house.go_on(days=100)
    await moved(house, reject_from=house.now + timedelta(days=50))
    assert await modes(house, house.now) == [("WS/T 788-2026", "warn")]
    assert await modes(house, house.now - timedelta(seconds=1)) == [("WS/T 788-2026", "reject")]
    assert await modes(house, house.now + timedelta(days=50)) == [("WS/T 788-2026", "reject")]


async def test_a_moved_date_has_its_reason_and_who_decided_it(house):
    await house.published(await ready(house))
    await moved(house, reject_from=house.now + timedelta(days=200))
    entry = (await house.log("published-rules"))[-1]
    assert (entry["by"], entry["reason"]) == (AUTHORITY, "hospitals need more time")


@pytest.mark.parametrize(
    ("dates", "more", "sentence"),
    [
        ({"reject_from": timedelta(days=-1)}, {}, "expected an instant to come"),
        ({"warn_from": timedelta(days=300)}, {}, "expected these in their order"),
        ({}, {}, "found no date; expected one of observeFrom, warnFrom, rejectFrom, until"),
        ({"until": timedelta(days=300)}, {"reason": " "}, "the text has 0 characters"),
        ({"until": timedelta(days=300)}, {"profile": "http://other|1"}, "has no rule for http://other"),
    ],
)
async def test_dates_that_cannot_be_are_refused(house, dates, more, sentence):
    await house.published(await ready(house))
    with pytest.raises(Refused, match=sentence):
        await moved(house, **{name: house.now + by for name, by in dates.items()}, **more)
    assert len(await house.log("published-rules")) == 1


async def test_an_edition_is_abolished_and_its_bytes_stay(house):
    project = await ready(house)
    await house.published(project)
    await house.at_stage(project, "95.20")
    house.go_on(days=200)
    await house.filed(project, "abolition-announcement")
    await house.depended(project)
    event = await house.ended(project, "abolish", "L", reason="out of date")

    assert event.target == "95.99"
    assert (await house.edition(project)).ends == house.today
    assert await modes(house, house.now) == []
    assert await modes(house, house.now - timedelta(seconds=1)) == [("WS/T 788-2026", "reject")]
    assert (await body(house))["status"] == "retired"
    archive = (await house.edition(project)).artefacts[1]
    assert len(await house.store.kept(archive.digest)) == archive.size


async def test_abolition_is_refused_as_long_as_something_is_missing(house):
    project = await ready(house)
    await house.published(project)
    await house.at_stage(project, "95.20")
    with pytest.raises(Refused, match="the notice of abolition runs until") as caught:
        await house.ended(project, "abolish", "L")
    assert "what depends on the standard has not been listed" in str(caught.value)
    assert (await body(house))["status"] == "active"
    assert (await house.edition(project)).ends is None


async def test_an_edition_is_superseded_once_the_next_is_in_force(house):
    first = await ready(house)
    await house.published(first)
    await house.published(await revised(house))
    with pytest.raises(Refused, match="WS/T 788-2027 is not in force yet"):
        await house.ended(first, "supersede", "N")
    house.go_on(days=91)
    assert (await house.ended(first, "supersede", "N")).target == "95.99"
    assert await modes(house, house.now) == [("WS/T 788-2027", "reject")]
    assert (await body(house))["status"] == "active", "the next edition has taken it over"


async def test_what_an_edition_is_replaced_by_is_decided_once(house):
    """Which is seen when the rules are written, the last thing that is done: all before it is undone."""
    await house.published(await ready(house))
    await house.published(await revised(house))
    other = {**PATIENT, "id": "other", "url": "http://example.cn/other/StructureDefinition/other"}
    manifest = {**MANIFEST, "name": "cn.example.other", "canonical": "http://example.cn/other"}
    project = await house.drafted(other, name="three", manifest=manifest)
    await house.numbered(project, "WS/T 799-2027", replaces=["WS/T 788-2026"])
    await house.prepared(project, clauses={})
    with pytest.raises(Refused, match="WS/T 788-2026 has been replaced by another edition already"):
        await house.published(project)
    assert (await progress(house.store, project)).text == "60.00"
    assert (await house.edition(project)).published is None
    assert await body(house, id_="other") is None
    assert await release(house.store, "cn.example.other", "2027.0.0") is None
    assert len(await house.log("published-rules")) == 3


def test_a_day_ends_where_the_next_begins():
    assert last_instant(datetime(2026, 3, 2).date(), ZONE) == datetime(2026, 3, 2, 15, 59, 59, 999999, tzinfo=UTC)

"""Publication is one commit: the event, the edition, the package, the FHIR resources, the rules, what they replace."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from fhir_kernel.store.criteria import Query
from registry.enforcement.published import published as rules_in
from registry.enforcement.published import token_of
from registry.packages.shelf import find_artefact, keep_package, place, release
from registry.publication.record import find_publication
from registry.publication.releasing import EFFECTIVE_PERIOD
from registry.records.cases import events, progress
from registry.refusal import Refused
from tests.registry.drafting.making import MANIFEST, element, profile
from tests.registry.packages.world import LIMITS, opened
from tests.registry.publication.world import GOOD, PATIENT, TODAY, ZONE, House

pytestmark = pytest.mark.anyio
on_every_store = pytest.mark.parametrize("store", ["memory", "sqlite", "mongodb"], indirect=True)
STRICTER = profile(element("Patient.gender", min=1), element("Patient.birthDate", min=1), name="example-patient")
GOOD_ANEW = {**GOOD, "gender": "male"}


def begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)


async def ready(house: House, number: str = "WS/T 788-2026", name: str = "one", **more) -> str:
    project = await house.drafted(PATIENT, examples=[GOOD], name=name)
    await house.numbered(project, number)
    await house.prepared(project, **more)
    return project


async def revised(house: House, **more) -> str:
    """The second edition, ten months after the first."""
    house.go_on(days=320)
    project = await house.drafted(
        STRICTER, examples=[GOOD_ANEW], name="two", standard="standard-one", project="revision"
    )
    await house.numbered(project, "WS/T 788-2027", replaces=["WS/T 788-2026"])
    await house.prepared(project, **more)
    return project


async def body(house: House, kind: str = "StructureDefinition", id_: str = "example-patient"):
    version = await house.resource(kind, id_)
    return None if version is None else json.loads(version.body)


@on_every_store
async def test_everything_is_there_once_it_is_published(house):
    project = await ready(house)
    assert await body(house) is None
    assert (await house.edition(project)).published is None

    event = await house.published(project)

    assert (event.target, event.role, event.actor) == ("60.60", "N", "person-n")
    assert (await progress(house.store, project)).states["package"] == "active"
    its = await house.edition(project)
    assert (its.published, its.in_force, its.number) == (TODAY, TODAY + timedelta(90), "WS/T 788-2026")
    assert [each.kind for each in its.artefacts] == ["text", "package"]
    placed = await release(house.store, "cn.example.draft", "2026.0.0")
    assert placed is not None
    assert placed.digests.sha256 == its.artefacts[1].digest
    artefact = await find_artefact(house.store, PATIENT["url"])
    assert artefact is not None
    assert artefact.version == "2026.0.0"
    (rules,) = (await rules_in(house.store)).sets
    (each,) = rules.rules
    assert (rules.standard, rules.edition, each.clause) == ("WS/T 788", "WS/T 788-2026", "5.1")
    assert each.rule.profile == f"{PATIENT['url']}|2026.0.0"
    assert each.rule.dates == (house.now, begin(TODAY + timedelta(30)), begin(TODAY + timedelta(90)), None)


@on_every_store
async def test_an_artefact_is_read_and_found_as_a_resource_that_says_from_when_it_holds(house):
    await house.published(await ready(house))
    kept = await body(house)
    assert (kept["status"], kept["version"], kept["url"]) == ("active", "2026.0.0", PATIENT["url"])
    assert {"url": EFFECTIVE_PERIOD, "valuePeriod": {"start": str(TODAY + timedelta(90))}} in kept["extension"]
    assert kept["snapshot"]["element"]
    found = await house.store.search(Query(("StructureDefinition",)))
    assert [key.id for key in found.keys] == ["example-patient"]
    (entry,) = await house.log("audit")
    assert entry["agent"][0]["who"]["identifier"]["value"] == "person-n"
    assert "StructureDefinition/example-patient/_history/1" in json.dumps(entry)


@on_every_store
async def test_a_later_edition_is_the_next_version_and_ends_the_rules_of_the_one_before(house):
    first = await ready(house)
    await house.published(first)
    second = await revised(house)
    await house.published(second)

    begins = begin(house.today + timedelta(90))
    old, new = sorted((await rules_in(house.store)).sets, key=lambda each: each.version)
    assert (old.rules[0].rule.until, new.rules[0].rule.reject_from) == (begins, begins)
    its = await house.edition(first)
    assert (its.ends, its.replaced_by) == (house.today + timedelta(90), "standard-one/edition-two")
    current = await house.resource("StructureDefinition", "example-patient")
    assert (current.number, json.loads(current.body)["version"]) == (2, "2027.0.0")
    assert (await release(house.store, "cn.example.draft", "2026.0.0")) is not None


@on_every_store
async def test_nothing_is_kept_where_the_last_step_fails(house):
    """The package is taken meanwhile by somebody else with other bytes, which is seen when it is placed."""
    project = await ready(house)
    other = opened("2026.0.0", profile(name="other"), name="cn.example.draft")
    await keep_package(house.store, other, LIMITS)
    await house.store.commit(lambda transaction: place(transaction, other, house.now))

    with pytest.raises(Refused, match="was published on 2026-03-02 with other bytes"):
        await house.published(project)

    assert await body(house) is None
    assert (await progress(house.store, project)).text == "60.00"
    assert list(await events(house.store, project)) == []
    its = await house.edition(project)
    assert (its.published, its.artefacts) == (None, ())
    assert await token_of(house.store) == ""
    assert await house.log("audit") == []
    publication = await find_publication(house.store, its.id)
    assert publication is not None
    assert publication.done is None


@pytest.mark.parametrize(
    ("roles", "kind", "sentence"),
    [
        ((), "forbidden", "'publish' needs the role N \\(publication officer\\)"),
        (("M", "S"), "forbidden", "'publish' needs the role N"),
    ],
)
async def test_only_the_publication_officer_publishes(house, roles, kind, sentence):
    from registry.publication.publishing import publish

    project = await ready(house)
    with pytest.raises(Refused, match=sentence) as caught:
        await publish(house.press, project, house.doing("publish", *roles))
    assert caught.value.kind == kind
    assert await body(house) is None
    assert (await house.edition(project)).published is None


async def test_who_has_not_seen_the_last_event_is_told(house):
    project = await ready(house)
    with pytest.raises(Refused, match="somebody was quicker: found event 3 where 2 was expected"):
        await house.published(project, expected=2)


async def test_it_is_published_on_the_day_for_which_it_was_prepared(house):
    project = await ready(house)
    house.go_on(days=1)
    with pytest.raises(Refused, match="prepared for publication on 2026-03-02, and today is 2026-03-03"):
        await house.published(project)
    await house.prepared(project)
    assert (await house.published(project)).target == "60.60"


async def test_what_is_not_prepared_is_not_published(house):
    project = await house.drafted(PATIENT, examples=[GOOD])
    await house.numbered(project, "WS/T 788-2026")
    with pytest.raises(Refused, match="the publication has not been prepared"):
        await house.published(project)


async def test_nothing_is_published_twice(house):
    project = await ready(house)
    await house.published(project)
    with pytest.raises(Refused, match=r"^WS/T 788-2026 is published already$"):
        await house.published(project)
    with pytest.raises(Refused, match="WS/T 788-2026 is published already"):
        await house.prepared(project)


async def test_a_package_whose_examples_fail_is_not_published(house):
    bad = {name: value for name, value in GOOD.items() if name != "birthDate"}
    project = await house.drafted(PATIENT, examples=[bad])
    await house.numbered(project, "WS/T 788-2026")
    prepared = await house.prepared(project)
    assert prepared.archive is not None
    assert prepared.archive.errors == 1
    with pytest.raises(Refused, match=r"the package has errors: 1.*Patient/good: .*birthDate"):
        await house.published(project)


async def test_a_resource_of_another_url_is_not_overwritten(house):
    await house.published(await ready(house))
    foreign = replace_url(PATIENT, "http://example.cn/other/StructureDefinition/example-patient")
    manifest = {**MANIFEST, "name": "cn.example.other", "canonical": "http://example.cn/other"}
    project = await house.drafted(foreign, name="two", manifest=manifest)
    await house.numbered(project, "WS/T 789-2026")
    await house.prepared(project, clauses={})
    with pytest.raises(Refused, match=r"example-patient is http://example\.cn/fhir/.* another id"):
        await house.published(project)


def replace_url(definition, url):
    return {**definition, "url": url}


async def test_a_standard_without_a_package_is_published_without_rules(house):
    project = await house.drafted(has_package=False)
    await house.numbered(project, "WS/T 790-2026")
    await house.prepared(project, warn_from=None, clauses={})
    await house.published(project)
    assert (await house.edition(project)).published == TODAY
    assert await token_of(house.store) == ""


async def test_a_revision_says_what_it_replaces(house):
    await house.published(await ready(house))
    house.go_on(days=320)
    project = await house.drafted(STRICTER, name="two", standard="standard-one", project="revision")
    await house.numbered(project, "WS/T 788-2027")
    await house.prepared(project)
    with pytest.raises(Refused, match="it is not said which edition is replaced"):
        await house.published(project)


async def test_an_amendment_is_the_next_minor_version_and_its_rules_replace_those_of_its_edition(house):
    first = await ready(house)
    await house.published(first)
    house.go_on(days=100)
    project = await house.drafted(
        STRICTER, examples=[GOOD_ANEW], name="two", standard="standard-one", project="amendment"
    )
    await house.numbered(project, "WS/T 788-2026/XG1-2026", amends=["WS/T 788-2026"])
    await house.prepared(project)
    await house.published(project)
    base, amended = sorted((await rules_in(house.store)).sets, key=lambda each: each.version)
    assert (base.version, amended.version) == ("2026.0.0", "2026.1.0")
    assert base.rules[0].rule.until == amended.rules[0].rule.reject_from == begin(house.today + timedelta(90))
    its = await house.edition(first)
    assert (its.ends, its.replaced_by) == (None, "")


async def test_amendments_end_with_their_edition(house):
    await house.published(await ready(house))
    amendment = await house.drafted(
        STRICTER, examples=[GOOD_ANEW], name="xg", standard="standard-one", project="amendment"
    )
    await house.numbered(amendment, "WS/T 788-2026/XG1-2026", amends=["WS/T 788-2026"])
    await house.prepared(amendment)
    await house.published(amendment)
    await house.published(await revised(house))
    assert (await house.edition(amendment)).ends == house.today + timedelta(90)
    ends = {each.name: each.rules[0].rule.until for each in (await rules_in(house.store)).sets}
    assert ends["cn.example.draft#2026.1.0"] == begin(house.today + timedelta(90))
    assert ends["cn.example.draft#2027.0.0"] is None


async def test_two_officers_at_once_publish_once(house):
    import asyncio

    project = await ready(house)
    found = await asyncio.gather(
        house.published(project, expected=3), house.published(project, expected=3), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in found) == ["Event", "Refused"]
    assert len(await house.log("published-rules")) == 1


async def test_the_same_day_everything_that_was_decided_is_kept(house):
    project = await ready(house)
    await house.published(project)
    publication = await find_publication(house.store, "edition-one")
    assert publication is not None
    assert (publication.done, publication.done_by) == (house.now, "person-n")
    assert replace(publication, done=None, done_by="") != publication

"""The custodian of a code table releases a minor version of it without reopening the text, and nothing else."""

from __future__ import annotations

import pytest

from registry.enforcement.published import published as rules_in
from registry.model.case import Act, Actor
from registry.publication.codes import release_codes
from registry.publication.doing import Doing
from registry.publication.facts import publication_facts
from registry.publication.record import find_publication
from registry.records.acting import Moment
from registry.refusal import Refused
from tests.registry.drafting.making import code_system, element, package, profile, value_set
from tests.registry.publication.test_publishing import body

pytestmark = pytest.mark.anyio
on_every_store = pytest.mark.parametrize("store", ["memory", "sqlite", "mongodb"], indirect=True)
BINDING = {"strength": "required", "valueSet": "http://example.cn/fhir/ValueSet/colours"}
COLOURED = profile(element("Patient.maritalStatus", binding=BINDING), name="coloured")


def tables(*codes: str):
    return (COLOURED, code_system(*codes), value_set())


@pytest.fixture
async def project(house):
    made = await house.drafted(*tables("red", "green"))
    await house.trusted("standard-one", "li")
    await house.numbered(made, "WS/T 364-2026")
    await house.prepared(made, clauses={})
    await house.published(made)
    house.go_on(days=100)
    return made


async def released(house, project, *resources, by="li", reason="a colour was missing"):
    moment = Moment(house.now, house.book, publication_facts)
    actor = Actor(by, frozenset("A"))
    doing = Doing(by, lambda _case: actor, moment, Act("release-codes", reason))
    return await release_codes(house.press, project, package(*resources), doing)


@on_every_store
async def test_a_code_is_added_in_a_minor_version(house, project):
    event = await released(house, project, *tables("red", "green", "blue"))
    assert (event.machine, event.action, event.actor) == ("package", "release-codes", "li")
    codes = [each["code"] for each in (await body(house, "CodeSystem", "colours"))["concept"]]
    assert codes == ["red", "green", "blue"]
    old, new = sorted((await rules_in(house.store)).sets, key=lambda each: each.version)
    assert (old.version, new.version) == ("2026.0.0", "2026.1.0")
    assert old.rules[0].rule.until == house.now
    assert new.rules[0].rule.profile == f"{COLOURED['url']}|2026.1.0"
    assert new.rules[0].rule.reject_from == old.rules[0].rule.reject_from
    kept = await find_publication(house.store, "edition-one")
    assert (kept.archive.version, [each.version for each in kept.earlier]) == ("2026.1.0", ["2026.0.0"])
    assert [each.version for each in (await house.edition(project)).artefacts] == ["", "2026.0.0", "2026.1.0"]


async def test_a_code_that_is_taken_away_needs_the_text_to_be_revised(house, project):
    with pytest.raises(Refused, match="the version changes more than code tables, or breaks something"):
        await released(house, project, *tables("red"))
    assert len((await rules_in(house.store)).sets) == 1
    assert len((await body(house, "CodeSystem", "colours"))["concept"]) == 2


async def test_a_profile_is_not_changed_on_the_way(house, project):
    looser = profile(element("Patient.maritalStatus", binding={**BINDING, "strength": "preferred"}), name="coloured")
    with pytest.raises(Refused, match="the version changes more than code tables"):
        await released(house, project, looser, code_system("red", "green"), value_set())


async def test_only_the_custodian_does_it_and_with_a_reason(house, project):
    with pytest.raises(Refused, match="only the custodian of the code tables may do this"):
        await released(house, project, *tables("red", "green", "blue"), by="wang")
    with pytest.raises(Refused, match="a reason has to be given"):
        await released(house, project, *tables("red", "green", "blue"), reason="")


async def test_releases_follow_each_other(house, project):
    await released(house, project, *tables("red", "green", "blue"))
    await released(house, project, *tables("red", "green", "blue", "white"))
    versions = [(each.version, each.rules[0].rule.until is None) for each in (await rules_in(house.store)).sets]
    assert versions == [("2026.0.0", False), ("2026.1.0", False), ("2026.2.0", True)]

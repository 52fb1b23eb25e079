"""Numbers are proposed, given once, and refused with the name of who has them."""

from __future__ import annotations

import pytest

from registry.publication.numbering import next_number, prefix_of
from registry.records.keeping import STANDARDS
from registry.refusal import Refused
from tests.registry.publication.test_publishing import ready

pytestmark = pytest.mark.anyio


async def proposed(house, project: str, year: int = 2026, association: str = "") -> str:
    standard = await STANDARDS.get(house.store, f"standard-{project}")
    return await next_number(house.store, standard, year, association)


async def test_the_first_number_after_all_that_are_taken_is_proposed(house):
    await house.drafted(name="one")
    assert await proposed(house, "one") == "WS/T 1-2026"
    await house.numbered("one", "WS/T 12-2026")
    await house.drafted(name="two")
    assert await proposed(house, "two") == "WS/T 13-2026"
    await house.drafted(name="three", kind="WS")
    await house.numbered("three", "WS 900-2026")
    assert await proposed(house, "two") == "WS/T 13-2026"
    assert await proposed(house, "one", 2030) == "WS/T 12-2030"


@pytest.mark.parametrize(
    ("kind", "jurisdiction", "association", "prefix"),
    [
        ("GB", "", "", "GB"),
        ("WS/T", "", "", "WS/T"),
        ("DB/T", "310000", "", "DB31/T"),
        ("DB", "110000", "", "DB11"),
        ("DB/T", "310100", "", "DB3101/T"),
        ("T", "", "CHIA", "T/CHIA"),
    ],
)
async def test_a_number_begins_as_kind_and_jurisdiction_say(house, kind, jurisdiction, association, prefix):
    await house.drafted(name="one", kind=kind, jurisdiction=jurisdiction)
    standard = await STANDARDS.get(house.store, "standard-one")
    assert prefix_of(standard, association) == prefix
    await house.numbered("one", await proposed(house, "one", association=association))
    assert (await house.edition("one")).number == f"{prefix} 1-2026"


async def test_a_group_standard_needs_the_letters_of_its_association(house):
    await house.drafted(name="one", kind="T")
    with pytest.raises(Refused, match="expected the letters of the association, such as CHIA"):
        await proposed(house, "one")


async def test_a_number_that_is_taken_is_refused_with_the_name_of_who_has_it(house):
    await house.drafted(name="one")
    await house.numbered("one", "WS/T 788-2026")
    await house.drafted(name="two")
    with pytest.raises(Refused, match="the number WS/T 788 belongs to 'Title one'") as caught:
        await house.numbered("two", "WS/T 788—2026")
    assert caught.value.kind == "conflict"
    assert (await house.edition("two")).number == ""


async def test_what_is_not_registered_here_is_replaced_by_its_number(house):
    await house.drafted(name="two", project="revision")
    its = await house.numbered("two", "WS/T 500-2026", replaces=["WS/T 500—2016"])
    (relation,) = its.related("replaces")
    assert (relation.number, relation.target) == ("WS/T 500-2016", "")


async def test_what_is_replaced_has_been_published(house):
    await house.drafted(name="one")
    await house.numbered("one", "WS/T 788-2025")
    await house.drafted(name="two")
    with pytest.raises(Refused, match="WS/T 788-2025 has not been published"):
        await house.numbered("two", "WS/T 789-2026", replaces=["WS/T 788-2025"])


async def test_an_edition_does_not_replace_itself(house):
    await house.drafted(name="one")
    with pytest.raises(Refused, match="an edition cannot replace or amend itself"):
        await house.numbered("one", "WS/T 788-2026", replaces=["WS/T 788—2026"])


async def test_only_an_amendment_amends_and_only_what_was_published_here(house):
    await house.published(await ready(house))
    await house.drafted(name="two")
    with pytest.raises(Refused, match="only an amendment amends"):
        await house.numbered("two", "WS/T 789-2026", amends=["WS/T 788-2026"])
    await house.drafted(name="three", project="amendment")
    with pytest.raises(Refused, match="WS/T 788-2026 is of another standard"):
        await house.numbered("three", "WS/T 789-2026/XG1-2026", amends=["WS/T 788-2026"])
    with pytest.raises(Refused, match="expected an edition that was published here"):
        await house.numbered("three", "WS/T 789-2026/XG1-2026", amends=["WS/T 777-2020"])

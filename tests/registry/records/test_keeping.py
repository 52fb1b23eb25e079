from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date

import pytest

from registry.lifecycle.reading import shipped_rules
from registry.model.committee import Committee, CommitteeMember
from registry.model.edition import Edition
from registry.model.matter import Matter
from registry.records.filing import answer_matter, filed_documents, matters, raise_matter
from registry.records.keeping import COMMITTEES, STANDARDS, editions
from registry.records.numbers import find_edition, give_number, holder, number_of
from registry.records.rulebook import Rulebook, add_rules
from registry.refusal import Refused
from registry.sentence import Sentence
from tests.registry.lifecycle.world import DAY, NOW
from tests.registry.records.world import PROPOSAL, counter, number, prepare, proposed

pytestmark = pytest.mark.anyio


async def test_a_committee_is_kept_with_its_members(store):
    members = (CommitteeMember("a", "u", "Li", date(2025, 1, 1), date(2026, 1, 1)), CommitteeMember("b", "v"))
    committee = Committee("tc", Sentence("Information", "信息"), "SAC/TC 1", members=members)
    await store.commit(lambda transaction: COMMITTEES.save(transaction, committee))
    assert await COMMITTEES.get(store, "tc") == committee
    assert [each.person for each in committee.members_on(date(2026, 1, 1))] == ["b"]


async def test_the_newest_document_of_a_kind_counts_and_earlier_ones_stay(store):
    case = await proposed(store)
    await prepare(store, case, "take-up", NOW)
    await prepare(store, case, "take-up", NOW + DAY)
    found = [each for each in await filed_documents(store, case.project.id) if each.kind == "proposal"]
    assert [each.filed for each in found] == [NOW, NOW + DAY]


async def test_a_matter_is_answered_once(store):
    matter = Matter("m-1", "p", "objection", "why?", NOW)
    await store.commit(lambda transaction: raise_matter(transaction, matter))
    assert [each.is_open for each in await matters(store, "p")] == [True]

    async def answer(transaction):
        return await answer_matter(transaction, "p", "m-1", "because", "officer", NOW + DAY)

    await store.commit(answer)
    (found,) = await matters(store, "p")
    assert (found.answer, found.is_open) == ("because", False)
    with pytest.raises(Refused, match="answered already"):
        await store.commit(answer)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ws/t 788—2021", "WS/T 788-2021"),
        ("GB/T2261.1-2003", "GB/T 2261.1-2003"),
        ("ＧＢ 11643-1999", "GB 11643-1999"),
        ("DB31/T 1234-2025", "DB31/T 1234-2025"),
        ("T/CHIA 1-2024", "T/CHIA 1-2024"),
    ],
)
def test_a_number_is_written_in_one_way(text, written):
    assert str(number_of(text)) == written


@pytest.mark.parametrize("text", ["", "WS/T 788", "WS-T 788-2021", "XX 1-2020", "WS/T 788-21", "<b>", "WS/T 788-2021x"])
def test_what_is_no_number_is_told(text):
    with pytest.raises(Refused, match="expected a number such as") as caught:
        number_of(text)
    assert (caught.value.kind, caught.value.where) == ("invalid", "number")


async def test_a_number_belongs_to_one_edition_only(store):
    new_id = counter()
    first, second = await proposed(store, new_id=new_id), await proposed(store, new_id=new_id)
    await number(store, first)
    with pytest.raises(Refused, match="the number WS/T 788 is taken") as caught:
        await number(store, second, "WS/T788—2026")
    assert caught.value.kind == "conflict"
    assert await holder(store, "ws/t788-2026") == first.edition.id
    found = await find_edition(store, "WS/T 788-2026")
    assert found is not None
    assert found.id == first.edition.id
    assert await find_edition(store, "WS/T 788") is None


async def test_a_number_can_be_changed_before_publication_and_is_free_then(store):
    case = await proposed(store)

    async def give(text):
        async def work(transaction):
            standard = await STANDARDS.get(transaction, case.standard.id)
            (its,) = await editions(transaction, standard.id)
            return await give_number(transaction, standard, its, text)

        return await store.commit(work)

    await give("WS/T 788-2025")
    await give("WS/T 788-2026")
    assert await holder(store, "WS/T 788-2025") == ""
    with pytest.raises(Refused, match="the standard has the number WS/T 788"):
        await give("WS/T 789-2026")
    await number(store, replace(case, edition=(await editions(store, case.standard.id))[0]))
    with pytest.raises(Refused, match="is published and keeps its number"):
        await give("WS/T 788-2027")


@pytest.mark.parametrize(
    ("proposal", "text", "sentence"),
    [
        (PROPOSAL, "GB/T 1-2026", "is of the kind GB/T"),
        (replace(PROPOSAL, kind="DB/T", jurisdiction="310000"), "DB32/T 1-2026", "is of division 32"),
    ],
)
async def test_a_number_fits_its_standard(store, proposal, text, sentence):
    case = await proposed(store, proposal)
    with pytest.raises(Refused, match=sentence):
        await number(store, case, text)


async def test_rules_that_are_added_are_read_by_everybody_and_stay(store):
    document = {**copy.deepcopy(dict(shipped_rules().document)), "version": "2", "begins": "2026-06-01T00:00:00+00:00"}
    rulebook = Rulebook()
    assert [each.name for each in (await rulebook.book(store)).versions] == ["default/1"]
    await add_rules(store, document, "administrator", NOW)
    assert [each.name for each in (await rulebook.book(store)).versions] == ["default/1", "default/2"]
    with pytest.raises(Refused, match="not there yet"):
        await add_rules(store, document, "administrator", NOW)


async def test_editions_of_a_standard_are_listed_the_oldest_first(store):
    new_id = counter()
    case = await proposed(store, new_id=new_id)
    again = replace(PROPOSAL, standard=case.standard.id, project_kind="revision")
    later = await proposed(store, again, new_id, NOW + DAY)
    found = await editions(store, case.standard.id)
    assert [each.id for each in found] == [case.edition.id, later.edition.id]
    assert isinstance(found[0], Edition)

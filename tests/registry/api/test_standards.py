from __future__ import annotations

import pytest

from registry.records.keeping import STANDARDS, editions
from registry.records.numbers import give_number
from tests.registry.http.client import told

pytestmark = pytest.mark.anyio


async def numbered(registry, text):
    async def work(transaction):
        standard = await STANDARDS.get(transaction, registry.standard)
        (its,) = await editions(transaction, registry.standard)
        await give_number(transaction, standard, its, text)

    await registry.store.commit(work)


async def test_the_catalogue_is_searched_and_paged_with_nothing_left_off(registry):
    for at in range(5):
        await registry.proposed(title={"zh": f"第{at}个标准"}, **({"class": "security"} if at == 4 else {}))
    first = await registry.done("searchStandards", query={"q": "个标准", "count": 3})
    assert (len(first["standards"]), first["total"], first["next"]) == (3, 5, 3)
    rest = await registry.done("searchStandards", query={"q": "个标准", "start": 3})
    assert len(rest["standards"]) == 2
    assert "next" not in rest
    for query, total in (
        ({"class": "security"}, 1),
        ({"class": "security,data", "kind": "WS/T"}, 5),
        ({"status": "in-force"}, 0),
        ({"stage": "00", "committee": "tc-1"}, 5),
        ({"jurisdiction": "310000"}, 0),
    ):
        assert (await registry.done("searchStandards", query=query))["total"] == total
    assert first["statuses"] == {"drafting": 5}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"status": "alive"}, "422 ?status[0]: found alive; expected one of drafting, upcoming"),
        ({"count": 500}, "422 ?count: found 500; expected a whole number from 1 to 200"),
        ({"colour": "red"}, "422 ?colour: found red; expected no such parameter, but q, status"),
    ],
)
async def test_a_search_that_is_not_understood_is_refused(registry, query, sentence):
    assert told(await registry.ask("searchStandards", query=query)).startswith(sentence)


async def test_a_standard_is_found_by_its_number_and_by_what_refers_to_it(registry):
    await registry.proposed()
    await numbered(registry, "WS/T 788-2026")
    first = {"standard": registry.standard, "edition": registry.edition}
    for number, found in (
        ("WS/T 788-2026", first),
        ("ws/t 788—2026", first),
        ("WS/T 788", {"standard": first["standard"]}),
    ):
        assert await registry.done("findNumber", number=number) == found
    assert told(await registry.ask("findNumber", number="WS/T 9-2026")) == "404 nothing has the number WS/T 9-2026"
    await registry.proposed(title={"zh": "另一个"})
    relations = [{"kind": "references-normative", "number": "WS/T 788-2026"}, {"kind": "adopts", "number": "ISO 1"}]
    asked = {"standard": registry.standard, "edition": registry.edition}
    made = await registry.done("setRelations", {"relations": relations}, "s", **asked)
    assert [each["kind"] for each in made["relations"]] == ["references-normative", "adopts"]
    shown = await registry.done("readStandard", id=first["standard"])
    assert [(each["edition"], each["kind"]) for each in shown["relatedFrom"]] == [
        (registry.edition, "references-normative")
    ]
    assert (shown["editions"][0]["statusName"]["zh"], shown["committee"]["id"]) == ("制订中", "tc-1")
    for by, relation, sentence in (
        ("user", relations[0], "403 saying how an edition stands to others needs one of"),
        ("s", {"kind": "adopts"}, "422 relations: found neither target nor number"),
        ("s", {"kind": "replaces", "number": "x"}, "422 relations[0].kind: found replaces; expected one of"),
    ):
        answer = await registry.ask("setRelations", {"relations": [relation]}, by, **asked)
        assert told(answer).startswith(sentence)


async def test_a_standard_is_changed_by_those_who_look_after_it(registry):
    await registry.proposed()
    asked = {"id": registry.standard}
    made = await registry.done("changeStandard", {"class": "technology", "title": {"zh": "新名称"}}, "s", **asked)
    assert (made["systemClass"], made["title"]["zh"]) == ("technology", "新名称")
    for by, body, sentence in (
        ("user", {"class": "data"}, "403 changing a standard needs one of the roles S"),
        ("s", {"custodian": "x"}, "403 changing a standard needs one of the roles M"),
        ("m", {"committee": "tc-9"}, "404 there is no committee 'tc-9'"),
    ):
        assert told(await registry.ask("changeStandard", body, by, **asked)).startswith(sentence)
    assert told(await registry.ask("readStandard", id="none")) == "404 there is no standard 'none'"


async def test_who_changed_what_is_said_of_a_standard_is_kept(registry):
    await registry.proposed()
    asked = {"id": registry.standard}
    await registry.done("changeStandard", {"class": "technology"}, "s", **asked)
    where = {"standard": registry.standard, "edition": registry.edition}
    await registry.done("setRelations", {"relations": [{"kind": "adopts", "number": "ISO 1"}]}, "m", **where)
    changes = (await registry.done("listStandardChanges", None, "s", **asked))["changes"]
    assert [(each["by"], each["role"]) for each in changes] == [
        (registry.by["s"].id, "S"),
        (registry.by["m"].id, "M"),
    ]
    assert (changes[0]["before"], changes[0]["after"]) == ({"systemClass": "data"}, {"systemClass": "technology"})
    assert "ISO 1" in changes[1]["after"][f"editions/{registry.edition}/relations"]
    assert told(await registry.ask("listStandardChanges", None, "user", **asked)).startswith("403 seeing the changes")

"""What was published before the registry existed comes in as it was, all of it or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fhir_kernel.store.memory import MemoryStore
from registry.ledger.export import ledger_rows
from registry.ledger.importing import import_ledger
from registry.ledger.reading import ReadRow
from registry.lifecycle.advance import Missing, advance
from registry.model.case import Act, Actor
from registry.model.progress import replay
from registry.model.standard import Standard
from registry.records.acting import Moment, act
from registry.records.cases import events, load_case, no_facts, progress
from registry.records.catalogue import Catalogue, Wanted
from registry.records.keeping import STANDARDS, editions
from registry.records.numbers import find_edition, give_number
from registry.refusal import Refused
from registry.sentence import Sentence
from tests.registry.ledger.world import (
    BOOK,
    FILE,
    LOCAL,
    NEW,
    NOW,
    OLD,
    TODAY,
    catalogued,
    read,
    source,
    taken,
)
from tests.registry.lifecycle.world import new_case
from tests.registry.records.world import PROPOSAL, counter, proposed

pytestmark = pytest.mark.anyio


def whats(made):
    return [each.what for each in made.rows]


async def refused(store, *rows, **more):
    """The sentences by which an import is refused."""
    tried = await taken(store, *rows, dry_run=True, **more)
    with pytest.raises(Refused) as caught:
        await taken(store, *rows, **more)
    assert caught.value.kind == "invalid"
    assert "refused" in whats(tried)
    return [each.en for each in caught.value.sentences]


async def rows_in(store, today=TODAY):
    return list(await ledger_rows(store, Catalogue(store), today))


async def test_an_import_is_tried_first_and_then_written(store):
    tried = await taken(store, OLD, NEW, LOCAL, dry_run=True)
    assert (whats(tried), tried.is_written) == (["new"] * 3, False)
    assert await catalogued(store) == {}
    done = await taken(store, OLD, NEW, LOCAL)
    assert (whats(done), done.is_written) == (["new"] * 3, True)
    assert await catalogued(store) == {
        "WS/T 788-2011": "superseded",
        "WS/T 788-2021": "in-force",
        "DB31/T 1-2020": "in-force",
    }


async def test_what_was_imported_is_exported_and_the_same_when_it_comes_again(store):
    await taken(store, OLD, NEW, LOCAL)
    exported = await rows_in(store)
    assert exported == [LOCAL, NEW, replace(OLD, ends=date(2022, 4, 1))]
    for rows in (exported, [OLD, NEW, LOCAL]):
        again = await taken(store, *rows)
        assert whats(again) == ["same"] * 3
    assert await rows_in(store) == exported


async def test_editions_of_a_series_are_of_one_standard_which_is_called_as_the_newest(store):
    await taken(store, NEW, OLD)
    (standard,) = await STANDARDS.page(store)
    assert (standard.number, standard.title) == ("WS/T 788", NEW.title)
    assert [each.number for each in await editions(store, standard.id)] == ["WS/T 788-2011", "WS/T 788-2021"]


async def test_an_edition_says_where_it_comes_from(store):
    await taken(store, NEW, OLD)
    its = await find_edition(store, "WS/T 788-2021")
    assert (its.imported.file, its.imported.line, its.imported.by, its.imported.instant) == (FILE, 3, "officer", NOW)
    (event,) = await events(store, its.project)
    assert (event.action, event.actor, event.role, event.target) == ("import", "officer", "N", "60.60")
    assert event.evidence == (FILE,)
    assert replay([event]) == await progress(store, its.project)


async def test_relations_are_resolved_within_the_file_and_the_store(store):
    await taken(store, replace(OLD, status="in-force"))
    later = replace(
        LOCAL, replaces=(NEW.number,), published=date(2026, 1, 1), in_force=date(2026, 9, 1), status="upcoming"
    )
    await taken(store, replace(NEW, status="ending"), later)
    old, new, last = [await find_edition(store, each.number) for each in (OLD, NEW, LOCAL)]
    assert [(each.number, each.target) for each in new.relations] == [
        ("WS/T 788-2011", f"{old.standard}/{old.id}"),
        ("GB/T 3-1999", ""),
    ]
    assert (old.replaced_by, old.ends) == (f"{new.standard}/{new.id}", NEW.in_force)
    assert (new.replaced_by, new.ends) == (f"{last.standard}/{last.id}", date(2026, 9, 1))
    assert await catalogued(store, date(2026, 9, 1)) == {
        OLD.number: "superseded",
        NEW.number: "superseded",
        LOCAL.number: "in-force",
    }


async def test_a_row_that_ends_because_of_another_row_is_told_to_change(store):
    await taken(store, replace(OLD, status="in-force"))
    done = await taken(store, replace(OLD, ends=NEW.in_force), NEW)
    assert whats(done) == ["changed", "new"]


async def test_the_older_edition_may_come_after_the_newer_one(store):
    await taken(store, NEW)
    await taken(store, OLD)
    assert await catalogued(store) == {OLD.number: "superseded", NEW.number: "in-force"}


async def test_of_two_that_replace_it_the_first_in_force_ends_it():
    store = MemoryStore()
    second = replace(LOCAL, replaces=(OLD.number,), published=date(2022, 1, 1), in_force=date(2023, 1, 1))
    await taken(store, second, NEW, OLD)
    new, old = await find_edition(store, NEW.number), await find_edition(store, OLD.number)
    assert (old.ends, old.replaced_by) == (NEW.in_force, f"{new.standard}/{new.id}")


async def test_an_amendment_amends_its_edition():
    store = MemoryStore()
    amendment = replace(NEW, number="WS/T 788-2021/XG1-2023", replaces=(), published=date(2023, 1, 1))
    await taken(store, NEW, replace(amendment, in_force=date(2023, 2, 1)), OLD)
    its, new = await find_edition(store, amendment.number), await find_edition(store, NEW.number)
    assert [(each.kind, each.target) for each in its.relations] == [("amends", f"{new.standard}/{new.id}")]


async def test_one_row_that_is_refused_keeps_all_out(store):
    assert await refused(store, NEW, OLD, replace(LOCAL, status="abolished")) == [
        "row 5: Status: found '废止'; expected in force, as its days and what replaces it say"
    ]
    assert await catalogued(store) == {}
    assert await STANDARDS.page(store) == []


async def test_a_number_stands_in_one_row_only():
    assert await refused(MemoryStore(), NEW, OLD, replace(NEW, title=OLD.title)) == [
        "row 5: Number: found 'WS/T 788-2021'; expected it once, and it stands in row 3"
    ]


async def test_editions_of_a_standard_agree_on_class_and_jurisdiction():
    store = MemoryStore()
    assert await refused(store, NEW, replace(OLD, system_class="data", jurisdiction="310000")) == [
        "row 4: Class: found '数据'; expected management, as of WS/T 788",
        "row 4: Jurisdiction: found '310000'; expected the nation, as of WS/T 788",
    ]


async def test_a_row_that_says_otherwise_than_the_registry_is_refused():
    store = MemoryStore()
    await taken(store, NEW, OLD)
    assert await refused(store, replace(NEW, published=date(2021, 10, 28), lead_unit="别的单位")) == [
        "row 3: Published: found '2021-10-28'; expected '2021-10-27', as it is here",
        "row 3: Lead unit: found '别的单位'; expected '某中心', as it is here",
    ]


async def test_what_replaces_was_published_later():
    assert await refused(MemoryStore(), NEW, replace(OLD, replaces=(LOCAL.number,), status="superseded"), LOCAL) == [
        "row 4: Replaces: found 'DB31/T 1-2020'; expected an edition that was published before WS/T 788-2011",
        "row 5: Status: found '现行'; expected superseded, as its days and what replaces it say",
    ]


async def test_what_is_not_published_is_left_out():
    store = MemoryStore()
    rows = (*read(NEW, OLD), ReadRow(9, "", is_unpublished=True))
    made = await import_ledger(store, rows, source(), dry_run=False)
    assert whats(made) == ["new", "new", "left-out"]
    assert made.counts["left-out"] == 1


async def test_only_a_publication_officer_imports(store):
    with pytest.raises(Refused, match=r"publication officer|role N") as caught:
        await taken(store, NEW, OLD, actor=Actor("s", frozenset({"A", "S", "M"})), dry_run=True)
    assert caught.value.kind == "forbidden"


async def test_a_standard_that_is_made_here_takes_older_editions_but_is_not_replaced_by_import(store):
    case = await proposed(store, PROPOSAL)
    await store.commit(lambda tx: give_number(tx, case.standard, case.edition, "WS/T 788-2026"))
    data = {"system_class": "data"}
    await taken(store, replace(NEW, **data), replace(OLD, **data))
    assert len(await editions(store, case.standard.id)) == 3
    wanted = replace(LOCAL, replaces=("WS/T 788-2026",))
    (said,) = await refused(store, wanted)
    assert said.startswith("row 3: Replaces: found 'WS/T 788-2026'; expected no edition that was published here")
    told = await refused(store, replace(NEW, number="WS/T 788-2026", replaces=(), **data))
    assert "row 3: Published: found '2021-10-27'; expected nothing, as here" in told


async def test_a_number_of_the_ledger_is_taken(store):
    await taken(store, NEW, OLD)
    case = await proposed(store, PROPOSAL, counter(1000))
    with pytest.raises(Refused, match="the number WS/T 788 is taken"):
        await store.commit(lambda tx: give_number(tx, case.standard, case.edition, "WS/T 788-2026"))


async def test_a_catalogue_that_is_open_sees_what_was_imported(store):
    catalogue = Catalogue(store)
    assert (await catalogue.search(Wanted(), TODAY)).total == 0
    rows = [replace(LOCAL, number=f"DB31/T {n}-2020") for n in range(1, 252)]
    await taken(store, *rows)
    assert (await catalogue.search(Wanted(), TODAY)).total == 251
    await taken(store, NEW, OLD)
    found = await catalogue.search(Wanted(text="WS/T 788"), TODAY)
    assert [(each.row.standard.number, each.status) for each in found.listed] == [("WS/T 788", "in-force")]


async def test_what_was_imported_goes_on_through_its_life(store):
    await taken(store, replace(LOCAL, published=date(2021, 1, 1), in_force=date(2021, 5, 1)))
    its = await find_edition(store, LOCAL.number)
    moment = Moment(NOW + timedelta(days=2), BOOK, no_facts)
    manager = Actor("manager", frozenset({"A", "M"}))
    await act(store, its.project, Act("start-review"), lambda case: manager, moment, expected=1)
    case = await load_case(store, its.project, no_facts, TODAY)
    assert case.state == "90.20"


async def test_an_import_is_worked_out_again_where_somebody_was_quicker(store):
    async def other(transaction):
        made = Standard("other", Sentence("Other", "其他"), "WS/T", "data", NOW, number="WS/T 9")
        await STANDARDS.save(transaction, made)

    first = store.commit
    calls = []

    async def commit(work):
        if not calls:
            calls.append(1)
            await first(other)
        return await first(work)

    class Quicker:
        """The store, in which somebody else commits first, once."""

        def __getattr__(self, name):
            return commit if name == "commit" else getattr(store, name)

    done = await import_ledger(Quicker(), read(NEW, OLD), source(), dry_run=False)
    assert done.is_written
    assert {each.number for each in await STANDARDS.page(store)} == {"WS/T 9", "WS/T 788"}


@pytest.mark.parametrize("action", ["import", "import-ended"])
@pytest.mark.parametrize("override", [False, True])
def test_nobody_calls_a_project_imported_that_comes_from_no_ledger(action, override):
    actor = Actor("n", frozenset({"A", "N", "authority"}))
    outcome = advance(new_case(), Act(action, "reason", override=override), actor, NOW, BOOK)
    assert isinstance(outcome, Missing)
    assert "it was not taken from a ledger" in [each.en for each in outcome.sentences]

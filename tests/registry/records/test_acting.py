from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_kernel.store.memory import MemoryStore
from registry.model.case import Act, Actor
from registry.model.progress import replay
from registry.records.acting import act, act_in
from registry.records.cases import events, load_case, no_facts, progress
from registry.records.keeping import LOG, PROJECTS, STANDARDS
from registry.records.proposing import Proposal
from registry.refusal import Refused
from registry.sentence import Sentence
from tests.registry.lifecycle.world import DAY, NOW, ROAD, RULES
from tests.registry.records.world import REST, everybody, go, moment, prepare, proposed

pytestmark = pytest.mark.anyio
LATER = NOW + DAY


async def test_a_proposal_makes_standard_edition_project_and_the_first_event(store):
    case = await proposed(store)
    assert (case.state, case.progress.number) == ("00.00", 1)
    kept = await load_case(store, case.project.id, no_facts, NOW.date())
    assert (kept.standard, kept.edition, kept.project, kept.progress) == (
        case.standard,
        case.edition,
        case.project,
        case.progress,
    )
    assert [each.action for each in await events(store, case.project.id)] == ["propose"]


async def test_an_incomplete_proposal_leaves_nothing(store):
    empty = Proposal(Sentence("x", "x"), "WS/T", "data", "", "scope", "owner")
    with pytest.raises(Refused, match="says nothing under 'need'") as caught:
        await proposed(store, empty)
    assert caught.value.kind == "conflict"
    assert await STANDARDS.page(store) == []
    assert await PROJECTS.page(store) == []


async def test_a_proposal_for_an_unknown_committee_is_refused(store):
    with pytest.raises(Refused, match="there is no committee 'tc1'"):
        await proposed(store, Proposal(Sentence("x", "x"), "WS/T", "data", "n", "s", "o", committee="tc1"))


async def test_a_standard_goes_from_proposal_to_publication(store):
    case = await proposed(store)
    await go(store, case, REST)
    found = await events(store, case.project.id)
    assert [each.action for each in found] == list(ROAD)
    assert replay(found) == await progress(store, case.project.id)
    assert (await progress(store, case.project.id)).text == "60.60"


async def test_events_are_read_page_by_page(store):
    case = await proposed(store)
    await go(store, case, REST[:5])
    assert [each.number for each in await events(store, case.project.id, after=2, count=2)] == [3, 4]


async def test_two_at_once_one_wins_and_one_is_told_what_happened(store):
    case = await proposed(store)
    await prepare(store, case, "take-up", LATER)
    both = await asyncio.gather(
        act(store, case.project.id, Act("take-up"), everybody, moment(LATER), expected=1),
        act(store, case.project.id, Act("withdraw", "no need"), everybody, moment(LATER), expected=1),
        return_exceptions=True,
    )
    (refused,) = [each for each in both if isinstance(each, Refused)]
    assert refused.kind == "conflict"
    winner = next(each.action for each in both if not isinstance(each, Refused))
    assert f"found event 2 where 1 was expected as the last one; since then: {winner} (00.00 →" in str(refused)
    assert [each.number for each in await events(store, case.project.id)] == [1, 2]


async def test_two_at_once_without_what_they_saw_are_judged_one_after_the_other(store):
    case = await proposed(store)
    await prepare(store, case, "take-up", LATER)
    both = await asyncio.gather(
        *(act(store, case.project.id, Act("take-up"), everybody, moment(LATER), expected=None) for _ in range(2)),
        return_exceptions=True,
    )
    assert sorted(isinstance(each, Refused) for each in both) == [False, True]


async def test_what_is_refused_leaves_no_event(store):
    case = await proposed(store)
    with pytest.raises(Refused, match="needs the role S") as caught:
        await act(store, case.project.id, Act("take-up"), lambda _: Actor(), moment(LATER), expected=1)
    assert (caught.value.kind, caught.value.where) == ("forbidden", "take-up")
    assert len(await events(store, case.project.id)) == 1


async def test_work_of_the_same_commit_that_fails_undoes_the_event(store):
    case = await proposed(store)
    await prepare(store, case, "take-up", LATER)

    async def besides(transaction, case, event):
        raise Refused("conflict", (Sentence("no", "否"),))

    with pytest.raises(Refused, match="no"):
        await act(store, case.project.id, Act("take-up"), everybody, moment(LATER), expected=1, besides=besides)
    assert (await progress(store, case.project.id)).number == 1


async def test_an_act_sees_what_the_same_commit_wrote_before(store):
    case = await proposed(store)

    async def work(transaction):
        await act_in(transaction, case.project.id, Act("withdraw", "x"), everybody, moment(LATER), expected=1)
        return await act_in(transaction, case.project.id, Act("resubmit"), everybody, moment(LATER), expected=2)

    with pytest.raises(Refused, match=r"but the state is '00\.98'"):
        await store.commit(work)
    assert (await progress(store, case.project.id)).number == 1


async def test_a_project_that_is_not_there_is_told(store):
    with pytest.raises(Refused, match="there is no project 'nothing'") as caught:
        await act(store, "nothing", Act("take-up"), everybody, moment(), expected=None)
    assert caught.value.kind == "missing"


async def test_every_change_is_in_the_log_for_other_processes(store):
    case = await proposed(store)
    entries = [entry async for _, entry in store.log(LOG)]
    assert [each["what"] for each in entries] == ["standard", "edition", "project", "event"]
    assert {each["standard"] for each in entries} == {case.standard.id}


ACTIONS = sorted({each.action for each in RULES.transitions})
tries = st.lists(st.tuples(st.sampled_from(ACTIONS), st.booleans(), st.booleans()), max_size=12)


@settings(max_examples=30, deadline=None)
@given(start=st.integers(0, len(REST)), tries=tries)
async def test_replaying_the_events_gives_what_is_kept_whatever_was_tried(start, tries):
    await _try(MemoryStore(), start, tries)


@settings(max_examples=6, deadline=None)
@given(start=st.integers(0, len(REST)), tries=tries)
async def test_the_same_on_sqlite(tmp_path_factory, start, tries):
    from tests.contract.conftest import STORES

    async with STORES["sqlite"](tmp_path_factory.mktemp("store")) as store:
        await _try(store, start, tries)


async def _try(store, start, tries):
    case = await proposed(store)
    now = await go(store, case, REST[:start])
    for action, is_prepared, knows in tries:
        now += 2 * DAY
        current = await load_case(store, case.project.id, no_facts, now.date())
        if is_prepared:
            await prepare(store, current, action, now)
        seen = current.progress.number if knows else current.progress.number - 1
        try:
            await act(store, case.project.id, Act(action, "r"), everybody, moment(now, action), expected=seen)
            assert knows
        except Refused:
            assert await progress(store, case.project.id) == current.progress
    assert replay(await events(store, case.project.id)) == await progress(store, case.project.id)

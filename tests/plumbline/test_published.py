"""A server judges by what is published in its store, from the dates of the rules on, without being started anew."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from conformance.rules_in_force import Rule
from fhir_kernel.clock import random_id
from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.pack import pack
from fhir_kernel.settings import load_settings
from fhir_kernel.store.memory import MemoryStore
from fhir_kernel.store.sqlite import SqliteStore
from plumbline.wiring import build_catalog, build_published_judge, build_terminology
from registry.enforcement.published import published, write_rules
from registry.enforcement.rules import RuleSet, StandardRule, changed, ended
from registry.scores.lists import all_lists, list_of

pytestmark = pytest.mark.anyio

PROFILE = "https://plumbline.dev/fhir/demo/StructureDefinition/demo-patient|0.1.0"
VALUE_SET = "https://plumbline.dev/fhir/demo/ValueSet/demo-ethnic-groups"
WARNED, REFUSED, LATER = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 6, 9))
RULE = Rule(PROFILE, "Patient", observe_from=datetime(2026, 1, 1, tzinfo=UTC), warn_from=WARNED, reject_from=REFUSED)
FAULTY = {"resourceType": "Patient", "id": "1", "gender": "male"}


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module")
def catalog():
    return build_catalog()


@pytest.fixture
def terminology(catalog):
    return build_terminology(catalog=catalog)


@pytest.fixture
def judge(catalog, terminology):
    return build_published_judge(catalog, load_settings(), terminology)


@pytest.fixture
async def rules(demo_package):
    store = MemoryStore()
    files = [Document(f"package/{path.name}", path.read_bytes()) for path in demo_package.glob("*.json")]
    digest = await store.keep(pack(files))
    return store, RuleSet("cn.demo", "0.1.0", digest, "T/DEMO 1", "2026", (StandardRule(RULE, "4.1"),))


async def write(store, *sets: RuleSet) -> None:
    async def work(transaction):
        await write_rules(transaction, sets, RULE.observe_from, random_id, by="n", reason="published")

    await store.commit(work)


def outcome(judge, at: datetime) -> str:
    found = judge.judge(FAULTY, method="POST", now=at)
    return "refused" if not found.accepted else "warned" if found.issues else "accepted"


def outcome_lists(judge) -> str:
    """The digest of the list that a patient is scored by."""
    found = judge.judge(FAULTY, method="POST", now=REFUSED).scored
    assert found is not None
    (row,) = found.lists
    return row.digest


async def test_a_rule_is_taken_up_once_it_is_published(judge, rules):
    store, made = rules
    assert not await judge.take_up(store)
    assert outcome(judge, REFUSED) == "accepted"
    await write(store, made)
    assert await judge.take_up(store)
    assert [outcome(judge, at) for at in (RULE.observe_from, WARNED, REFUSED)] == ["accepted", "warned", "refused"]
    assert not await judge.take_up(store)


async def test_a_rule_that_has_ended_is_not_asked_any_more(judge, rules):
    store, made = rules
    await write(store, ended(made, LATER))
    await judge.take_up(store)
    assert [outcome(judge, at) for at in (REFUSED, LATER)] == ["refused", "accepted"]


async def test_a_date_that_is_moved_counts_from_then_on(judge, rules):
    store, made = rules
    await write(store, made)
    await judge.take_up(store)
    await write(store, changed(made, PROFILE, lambda rule: replace(rule, reject_from=LATER)))
    await judge.take_up(store)
    assert [outcome(judge, at) for at in (REFUSED, LATER)] == ["warned", "refused"]


async def test_the_elementary_rules_are_in_the_store_before_anything_is_judged_by_them(judge, rules):
    store, made = rules
    await write(store, made)
    await judge.take_up(store)
    digest = outcome_lists(judge)
    assert digest in await all_lists(store)
    assert (await list_of(store, digest)).profile == PROFILE
    with pytest.raises(StoreUnavailable, match="the rule list 0000"):
        await list_of(store, "0000")


async def test_nothing_is_written_where_the_lists_are_there(judge, rules, catalog):
    store, made = rules
    await write(store, made)
    await judge.take_up(store)
    store.commit = None  # whoever commits from now on breaks
    another = build_published_judge(catalog, load_settings())
    assert await another.take_up(store)
    assert another.lists.keys() == judge.lists.keys() == (await all_lists(store)).keys()


async def test_the_codes_of_a_published_standard_can_be_asked_for(judge, rules, terminology):
    store, made = rules
    assert terminology.find(VALUE_SET, "ValueSet") is None
    await write(store, made)
    await judge.take_up(store)
    assert terminology.find(VALUE_SET, "ValueSet") is not None


async def test_rules_are_read_as_they_were_written_and_every_change_is_logged(rules):
    store, made = rules
    await write(store, made)
    await write(store, ended(made, LATER))
    assert (await published(store)).sets == [ended(made, LATER)]
    assert [entry["reason"] async for _, entry in store.log("published-rules")] == ["published", "published"]


async def test_a_missing_archive_is_told_and_changes_nothing(judge, rules):
    store, made = rules
    await write(store, replace(made, digest="0" * 64))
    with pytest.raises(StoreUnavailable, match=r"the archive of cn\.demo#0\.1\.0 is not in the store"):
        await judge.take_up(store)
    assert outcome(judge, REFUSED) == "accepted"


def test_a_server_whose_store_lacks_an_archive_does_not_begin_and_says_which(tmp_path):
    file = tmp_path / "store.sqlite"

    async def broken() -> None:
        store = SqliteStore(file)
        await write(store, RuleSet("cn.demo", "0.1.0", "0" * 64, "T/DEMO 1", "2026", (StandardRule(RULE, "4.1"),)))
        await store.close()

    asyncio.run(broken())
    command = [sys.executable, "-m", "plumbline", "serve", "--port", "0", "--store", f"sqlite:///{file}"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == ("plumbline: the archive of cn.demo#0.1.0 is not in the store; restore it from a backup\n")

"""The account of a snapshot that was really taken, handed out in every form."""

from __future__ import annotations

import pytest

from fhir_kernel.store.memory import MemoryStore
from registry.scores.exports.measure import measure
from registry.scores.exports.measure_report import measure_report
from registry.scores.exports.outcome import findings_outcome
from registry.scores.exports.page import report_html
from registry.scores.exports.published import published_in
from registry.scores.exports.workbook import csv_text
from registry.scores.running.accounts import account_of
from registry.scores.running.snapshots import content_of
from registry.scores.running.taking import take_score
from tests.conformance.validator.world import world
from tests.registry.scores.running.world import AROUND, GOOD, LABS, NOW, OCTOBER, WEAK, Province, rule_id

pytestmark = pytest.mark.anyio
ADDRESS = "https://registry.example.org"


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def test_the_numbers_of_a_snapshot_stand_in_every_form():
    store = MemoryStore()
    province = await Province(store).opened("east", "west", "north")
    for name, labs in (("east", GOOD), ("west", WEAK), ("north", WEAK)):
        await province.send(name, labs=labs, notes=GOOD)
    await province.example("west", rule_id(LABS, "binding"))
    head = (await take_score(store, OCTOBER, AROUND, NOW)).snapshot
    account = await account_of(store, head.id, "west", ADDRESS)
    for page in (report_html(account, "en"), report_html(account, "zh")):
        for expected in (f"{account.value:.2f}", "Hospital west", "xxx-9", head.digest, "310"):
            assert expected in page
        assert "Hospital east" not in page
    report = measure_report(account)
    assert report["group"][0]["measureScore"]["value"] == account.value
    assert not [each for each in world(measure()).validate(report).issues if each.severity == "error"]
    assert findings_outcome(account)["issue"][0]["expression"] == ["Observation.code"]
    assert len(csv_text(account, "en").splitlines()) == 1 + len(account.rules)
    found = await published_in(store, head.digest, ADDRESS)
    assert found is not None
    assert (found.head, found.size) == (account.snapshot, len((await content_of(store, head)).content))

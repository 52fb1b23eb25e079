"""`plumbline practice` says what a package's or a store's standards find in records, and keeps nothing."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest

from conformance.rules_in_force import ALWAYS, Rule
from fhir_kernel.clock import random_id
from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.pack import pack
from fhir_kernel.store.sqlite import SqliteStore
from registry.enforcement.published import write_rules
from registry.enforcement.rules import RuleSet, StandardRule

PROFILE = "https://plumbline.dev/fhir/demo/StructureDefinition/demo-patient"


async def published(path, package):
    store = SqliteStore(path)
    files = [Document(f"package/{each.name}", each.read_bytes()) for each in package.glob("*.json")]
    rule = StandardRule(Rule(f"{PROFILE}|0.1.0", "Patient", observe_from=ALWAYS), "4.1")
    rules = RuleSet("cn.demo", "0.1.0", await store.keep(pack(files)), "T/DEMO 1", "T/DEMO 1-2026", (rule,))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    await store.commit(lambda tx: write_rules(tx, [rules], now, random_id, by="n", reason="published"))
    await store.close()


@pytest.fixture
def sound(patient):
    return {**patient, "meta": {"profile": [PROFILE]}}


def test_broken_rules_come_with_places_and_what_to_do_and_exit_with_1(plumbline, save, sound, demo_package):
    path = save("in/p.json", {**sound, "gender": "M"})
    outcome = plumbline("practice", path.parent, "--load", demo_package)
    assert outcome.status == 1, outcome.err
    assert "not scored" in outcome.out
    assert "What to do:" in outcome.out
    line = path.read_text().splitlines().index('  "gender": "M",') + 1
    assert f"{path} Patient/p1:{line}:" in outcome.out


def test_the_report_is_json_or_a_page_too_and_in_chinese(plumbline, save, sound, demo_package, tmp_path):
    path = save("p.json", {**sound, "gender": "M"})
    report = plumbline("practice", path, "--load", demo_package, "--format", "json").json
    assert (report["scored"], report["records"], report["refused"]) == (False, 1, 1)
    assert report["rules"]
    page = tmp_path / "out/p.html"
    outcome = plumbline("practice", path, "-l", demo_package, "-f", "html", "-o", page, "--lang", "zh")
    assert (outcome.status, outcome.out) == (1, "")
    text = page.read_text(encoding="utf-8")
    assert "<title>练习报告</title>" in text
    assert "不评分" in text
    assert "http" not in text.split("<style>")[1].split("</style>")[0]


def test_several_processes_come_to_the_same(plumbline, save, sound, demo_package):
    rows = [{**sound, "id": f"p{each}", "gender": "M" if each % 3 else "female"} for each in range(150)]
    path = save("many.ndjson", b"\n".join(json.dumps(each).encode() for each in rows))
    one, two = (
        plumbline("practice", path, "-l", demo_package, "-f", "json", "-j", jobs, "--fail-on", "never")
        for jobs in (1, 2)
    )
    assert (one.status, two.status) == (0, 0)
    assert one.json == two.json
    assert one.json["records"] == 150
    assert any(each["failed"] == 100 for each in one.json["rules"])
    assert "and 90 more places, not shown" in plumbline("practice", path, "-l", demo_package).out


def test_the_standards_that_a_store_has_published_are_asked_and_the_store_stays_as_it_is(
    plumbline, save, sound, demo_package, tmp_path
):
    path, address = tmp_path / "store.db", f"sqlite:///{tmp_path}/store.db"
    asyncio.run(published(path, demo_package))
    before = path.read_bytes()
    record = save("p.json", {**sound, "gender": "M"})
    report = plumbline("practice", record, "--store", address, "--format", "json").json
    assert {(each["standard"], each["clause"]) for each in report["rules"]} == {("T/DEMO 1-2026", "4.1")}
    assert {each["profile"] for each in report["rules"]} == {f"{PROFILE}|0.1.0"}
    assert path.read_bytes() == before


def test_what_is_no_input_or_no_standard_ends_with_2(plumbline, save, sound, tmp_path):
    assert plumbline("practice", tmp_path / "nowhere", "--load", tmp_path).status == 2
    outcome = plumbline("practice", save("p.json", sound), "--store", "memory://")
    assert outcome.status == 2
    assert "expected sqlite:///PATH" in outcome.err

"""The example of docs/standards/administration.md, done as the page says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.registry.api.world import Registry
from tests.registry.http.client import told

PAGE = Path(__file__).parents[3] / "docs/standards/administration.md"
pytestmark = pytest.mark.anyio


async def new_rules(registry: Registry) -> Any:
    """What change.py of the page makes of the rules that hold."""
    kept = await registry.done("readRules", id="default", version="1")
    script = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(script) == 1
    made = subprocess.run(
        [sys.executable, "-c", script[0]], input=json.dumps(kept).encode(), capture_output=True, check=True
    )
    return json.loads(made.stdout)


async def test_the_example_has_no_fault_and_holds_from_its_first_day_on(registry):
    body = await new_rules(registry)
    assert await registry.done("validateRules", body, "root") == {"faults": []}
    await registry.done("addRules", body, "root")
    versions = (await registry.done("listRulesVersions"))["versions"]
    assert [(each["name"], each["holds"]) for each in versions] == [("default/1", True), ("default/2", False)]
    assert versions[1]["by"] == registry.by["root"].id
    registry.time.passed = (datetime(2026, 12, 31, 16, tzinfo=UTC) - registry.time.clock()).total_seconds()
    versions = (await registry.done("listRulesVersions"))["versions"]
    assert [each["holds"] for each in versions] == [False, True]
    book = await registry.registry.kit.rulebook.book(registry.store)
    assert book.at(registry.time.clock()).windows["DB/T"] == 45


async def test_a_project_under_way_goes_on_by_the_version_of_the_day(registry):
    await registry.done("addRules", await new_rules(registry), "root")
    await registry.to_drafting()
    before = await registry.ask("changeProject", {"voteProfile": "provincial"}, "s", id=registry.project)
    assert told(before).endswith("found 'provincial'; expected one of tc, health-legacy, experts, fast")
    assert not [each for each in await registry.missing("lead", "finish-draft") if "试点报告" in each]
    await registry.go_on(days=300)
    await registry.change("s", voteProfile="provincial")
    assert "the document 'report on the pilot' (试点报告) is missing" in await registry.missing("lead", "finish-draft")
    await registry.file("lead", "pilot-report")
    await registry.finish_draft()
    events = (await registry.done("listEvents", id=registry.project))["events"]
    assert [events[0]["profile"], events[-1]["profile"]] == ["default/1", "default/2"]


async def test_a_ballot_is_counted_by_the_new_profile_and_keeps_it(registry):
    await registry.done("addRules", await new_rules(registry), "root")
    await registry.to_drafting()
    await registry.go_on(days=300)
    await registry.change("s", voteProfile="provincial")
    await registry.file("lead", "pilot-report")
    await registry.comment_from_drafting()
    ballot = await registry.review_from_comment()
    profile = (await registry.done("readBallot", None, "s", id=ballot))["ballot"]["profile"]
    assert (profile["id"], profile["version"], profile["quorum"]) == ("provincial", "default/2", "2/3")


async def test_only_who_administers_everything_adds_a_version(registry):
    answer = await registry.ask("addRules", await new_rules(registry), "m")
    assert answer.status_code == 403

from __future__ import annotations

import pytest

from tests.registry.api.world import after
from tests.registry.http.client import told

pytestmark = pytest.mark.anyio


async def shipped(registry):
    return (await registry.done("readRules", id="default", version="1"))["rules"]


async def test_a_version_is_added_and_what_holds_now_stays_visible(registry):
    rules = await shipped(registry)
    rules.update(version="2", begins=after(registry.time.clock(), days=10))
    rules["windows"]["WS/T"] = 45
    assert (await registry.done("validateRules", {"rules": rules}, "root"))["faults"] == []
    await registry.done("addRules", {"rules": rules}, "root")
    versions = (await registry.done("listRulesVersions"))["versions"]
    assert [(each["name"], each["holds"]) for each in versions] == [("default/1", True), ("default/2", False)]
    await registry.proposed()
    await registry.go_on(days=11)
    event = await registry.act("s", "take-up")
    assert event["profile"] == "default/2"
    assert (await registry.done("readRules", id="default", version="1"))["rules"]["windows"]["WS/T"] == 30


async def test_rules_that_do_not_hold_together_are_refused_with_every_fault(registry):
    rules = await shipped(registry)
    rules["transition"][0]["guards"] = ["moon-full"]
    rules["transition"][1]["roles"] = ["X"]
    faults = (await registry.done("validateRules", {"rules": rules}, "root"))["faults"]
    assert len(faults) == 2
    assert "moon-full" in faults[0]["en"]
    refused = told(await registry.ask("addRules", {"rules": rules}, "root"))
    assert refused.startswith("422 rules: ")
    assert all(each["en"] in refused for each in faults)
    assert len((await registry.done("listRulesVersions"))["versions"]) == 1


async def test_only_an_administrator_of_everything_changes_the_rules(registry):
    body = {"rules": await shipped(registry)}
    assert told(await registry.ask("addRules", body, "m")).startswith("403 ")
    assert told(await registry.ask("addRules", body)).startswith("401 ")
    scope = {"kind": "jurisdiction", "code": "310000"}
    local = await registry.office.hired(registry.by["root"], "local.admin", ("administrator", scope))
    registry.by["local"] = local
    assert told(await registry.ask("addRules", body, "local")) == (
        "403 changing the rules of the lifecycle needs the role administrator for everything"
    )
    assert told(await registry.ask("readRules", id="default", version="9")).startswith("404 ")

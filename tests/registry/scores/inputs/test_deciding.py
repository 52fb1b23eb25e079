"""The authority decides by which policy scores are made, what is expected of a class, and which checks there are."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import pytest

from conformance.scoring.model import Rule
from conformance.scoring.period import Period
from conformance.scoring.policy_file import shipped_policy
from registry.scores.inputs.reading import check_rules, classes, policy_for
from tests.registry.http.client import told
from tests.registry.scores.inputs.world import LABS, VISITS

pytestmark = pytest.mark.anyio
SHIPPED = files("conformance.scoring").joinpath("policy.toml").read_text(encoding="utf-8")
TITLE = {"zh": "三级甲等", "en": "Tertiary A"}


def toml(version: str, **changes: str) -> str:
    text = SHIPPED.replace(f'version = "{shipped_policy().version}"', f'version = "{version}"')
    for name, value in changes.items():
        text = "\n".join(f"{name} = {value}" if line.startswith(f"{name} =") else line for line in text.split("\n"))
    return text


def policy(version: str, begin: str = "2026-04-01", **changes: str):
    return {"text": toml(version, **changes), "begin": begin, "reason": "agreed by the working group"}


def month(number: int) -> Period:
    return Period(date(2026, number, 1), date(2026, number, 28))


async def test_a_policy_holds_for_periods_that_begin_on_its_day_or_later(inputs):
    made = await inputs.done("publishScorePolicy", policy("2", draws="500"), "business")
    assert (made["version"], made["by"]) == ("2", inputs.id("business"))
    await inputs.done("publishScorePolicy", policy("3", "2026-06-01"), "root")
    assert (await policy_for(inputs.store, month(3))) == shipped_policy()
    assert ((await policy_for(inputs.store, month(4))).version, (await policy_for(inputs.store, month(4))).draws) == (
        "2",
        500,
    )
    assert (await policy_for(inputs.store, month(7))).version == "3"
    listed = await inputs.done("listScorePolicies")
    assert [each["version"] for each in listed["policies"]] == ["2", "3"]
    assert await inputs.done("readScorePolicy", version="2") == made


async def test_a_version_never_changes(inputs):
    await inputs.done("publishScorePolicy", policy("2"), "business")
    again = await inputs.ask("publishScorePolicy", policy("2", draws="500"), "business")
    assert told(again) == (
        "409 text: version: the version '2' is published already and never changes; expected another version"
    )
    shipped = await inputs.ask("publishScorePolicy", policy(shipped_policy().version), "business")
    assert shipped.status_code == 409


async def test_weights_that_do_not_add_up_are_refused_at_their_place_in_both_languages(inputs):
    wrong = policy("2", D1="0.3")
    english = await inputs.ask("publishScorePolicy", wrong, "business")
    assert told(english) == "422 score policy 2, weights: they add up to 1.1; expected 1"
    chinese = await inputs.ask("publishScorePolicy", wrong, "business", language="zh")
    assert told(chinese) == "422 score policy 2, weights: 合计 1.1；应为 1"
    no_toml = await inputs.ask("publishScorePolicy", {**wrong, "text": "version = "}, "business")
    assert told(no_toml).startswith("422 text: it is not TOML")
    deep = await inputs.ask("publishScorePolicy", {**wrong, "text": "version = " + "[" * 20_000}, "business")
    assert told(deep).startswith("422 text: it is not TOML")
    assert (await inputs.done("listScorePolicies"))["policies"] == []


async def test_only_the_business_department_and_administrators_decide(inputs):
    asked = await inputs.ask("publishScorePolicy", policy("2"), "evaluator")
    assert told(asked).startswith("403 deciding how scores are made needs one of the roles M")
    assert (await inputs.ask("publishScorePolicy", policy("2"))).status_code == 401
    content = {"title": TITLE, "dataSets": "all", "checks": "all"}
    assert (await inputs.ask("decideScoreClass", content, "visitor", id="a")).status_code == 403


async def test_a_class_that_nobody_decided_about_expects_everything(inputs):
    (found,) = await classes(inputs.store)
    assert (found.id, found.version) == ("tertiary-a", 0)
    assert found.expects(Rule("r", "major", "D1", data_set=LABS))
    assert found.expects(Rule("check:tls", "major", "D7"))
    listed = await inputs.done("listScoreClasses")
    assert [(each["id"], each["dataSets"], each["checks"]) for each in listed["classes"]] == [
        ("tertiary-a", "all", "all")
    ]


async def test_a_class_expects_what_was_decided_and_keeps_who_decided_what_before(inputs):
    first = {"title": TITLE, "dataSets": [LABS], "checks": ["check:tls"], "reason": "no visits here"}
    await inputs.done("decideScoreClass", first, "business", id="tertiary-a")
    second = {"title": TITLE, "dataSets": [LABS, VISITS], "checks": "all", "reason": "now there are"}
    await inputs.done("decideScoreClass", second, "root", id="tertiary-a")
    (found,) = await classes(inputs.store)
    assert (found.data_sets, found.checks) == ((LABS, VISITS), None)
    versions = (await inputs.done("readScoreClass", id="tertiary-a"))["versions"]
    assert [(each["version"], each["decided"]["by"], each["decided"]["reason"]) for each in versions] == [
        (2, inputs.id("root"), "now there are"),
        (1, inputs.id("business"), "no visits here"),
    ]


async def test_a_class_of_what_nobody_knows_is_refused_with_each_place(inputs):
    content = {"title": TITLE, "dataSets": [LABS, "http://example.org/x"], "checks": ["check:coffee"]}
    said = told(await inputs.ask("decideScoreClass", content, "business", id="a"))
    assert "dataSets[1]: found http://example.org/x; expected the url of a profile of a published standard" in said
    assert "checks[0]: found check:coffee; expected the id of a rule of the register of checks" in said
    assert (await inputs.ask("readScoreClass", id="a")).status_code == 404
    long = await inputs.ask("decideScoreClass", {**content, "dataSets": "all"}, "business", id="a" * 65)
    assert "expected the classification of organisations, of at most 64 characters" in told(long)


async def test_the_register_of_checks_begins_with_four_and_is_changed_by_decisions(inputs):
    assert {each.id: (each.dimension, each.severity) for each in await check_rules(inputs.store)} == {
        "check:audit": ("D7", "critical"),
        "check:real-name-tokens": ("D7", "critical"),
        "check:restore-drill": ("D7", "major"),
        "check:tls": ("D7", "major"),
    }
    rule = {"title": TITLE, "fix": TITLE, "dimension": "D7", "severity": "minor", "clause": "8.2", "reason": "agreed"}
    made = await inputs.done("decideCheckRule", {**rule, "since": "2026-03-01"}, "business", id="check:tls")
    assert (made["clause"], made["version"], made["decided"]["by"]) == ("8.2", 1, inputs.id("business"))
    found = {each.id: each for each in await check_rules(inputs.store)}["check:tls"]
    assert (found.severity, found.clause, found.since) == ("minor", "8.2", date(2026, 3, 1))
    assert await inputs.done("readCheckRule", id="check:tls") == made


async def test_a_rule_of_an_unknown_kind_or_that_ends_before_it_begins_is_refused(inputs):
    rule = {"title": TITLE, "fix": TITLE, "dimension": "D7", "severity": "minor", "clause": "", "reason": "x"}
    unknown = await inputs.ask("decideCheckRule", rule, "business", id="tls")
    assert "id: found tls; expected an id such as check:name" in told(unknown)
    days = {"since": "2026-03-02", "until": "2026-03-02"}
    backwards = await inputs.ask("decideCheckRule", {**rule, **days}, "business", id="check:x")
    assert told(backwards) == "422 until: found 2026-03-02; expected a day after 2026-03-02"

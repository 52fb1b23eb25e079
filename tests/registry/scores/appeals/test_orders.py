from __future__ import annotations

import asyncio
from datetime import date

import pytest

from registry.scores.appeals.keeping import Office
from registry.scores.appeals.ordering import close_mended
from tests.registry.http.client import told
from tests.registry.publication.world import enforcement
from tests.registry.scores.appeals.world import BASE, BINDING, STRIKE, World
from tests.registry.scores.running.world import GOOD, LABS, WEAK, rule_id

pytestmark = pytest.mark.anyio
on_each = pytest.mark.parametrize("store", ["sqlite", "mongodb"], indirect=True)
NEXT = date(2023, 11, 6)
"""The day after that on which orders are issued."""


async def checked(world: World, id_: str, by: str = "east"):
    return await world.done("checkOrder", {}, by, id=id_)


@pytest.mark.parametrize(
    ("kind", "severity", "due", "share"),
    [
        ("base", "critical", "2023-11-10", 100),
        ("binding", "major", "2023-12-05", 95),
        ("must-support", "minor", "2024-02-03", 90),
    ],
)
async def test_the_severity_of_the_rule_says_by_when_it_is_to_be_mended(world, kind, severity, due, share):
    made = await world.ordered(rule=rule_id(LABS, kind))
    assert (made["severity"], made["due"], made["records"], made["share"]) == (severity, due, 30, share)
    assert (made["state"], made["since"], made["overdue"]) == ("requested", NEXT.isoformat(), [])


@on_each
async def test_only_new_traffic_that_keeps_the_rule_closes_an_order(world, store):
    id_ = (await world.ordered())["id"]
    assert (await world.done("acknowledgeOrder", {}, "east", id=id_))["state"] == "received"
    nothing = await checked(world, id_)
    assert not nothing["isClosed"]
    expected = "expected 30 records at the least, of which 95 % keep it"
    assert (
        nothing["said"]["en"] == f"on whole days since 2023-11-06: 0 records judged by the rule, 0 keep it; {expected}"
    )
    world.go_on(days=2)
    await world.sent(NEXT, labs=WEAK)
    broken = await checked(world, id_, "e")
    assert not broken["isClosed"]
    assert broken["said"]["en"].startswith(
        "on whole days since 2023-11-06: 40 records judged by the rule, 30 keep it (75.0 %)"
    )
    assert "应至少判定 30 条，符合率不低于 95 %" in broken["said"]["zh"]
    report = {"reason": "The table of codes was replaced"}
    assert (await world.done("reportMended", report, "east", id=id_))["since"] == "2023-11-08"
    world.go_on(days=2)
    await world.sent(date(2023, 11, 8), labs=GOOD)
    closed = await checked(world, id_)
    assert (closed["isClosed"], closed["judged"], closed["passed"]) == (True, 40, 40)
    assert [each["action"] for each in closed["order"]["events"]] == ["issue", "acknowledge", "report", "close"]
    assert closed["order"]["events"][-1]["by"] == ""
    assert (await world.task(id_))["status"] == "completed"
    (last,) = [entry async for _, entry in store.log("audit")][-1:]
    assert last["agent"][0]["who"]["identifier"]["value"] == "east"


async def test_what_came_before_the_order_does_not_count(world):
    id_ = (await world.ordered())["id"]
    await world.sent(date(2023, 11, 1), days=5, labs=GOOD)
    assert (await checked(world, id_))["judged"] == 0


async def test_a_day_counts_when_it_is_over(world):
    id_ = (await world.ordered())["id"]
    world.go_on(days=1)
    await world.sent(NEXT, labs=GOOD)
    assert (await checked(world, id_))["judged"] == 0
    world.go_on(days=1)
    assert (await checked(world, id_))["isClosed"]


async def test_days_of_which_an_erratum_strikes_the_rule_count_for_nothing(world):
    id_ = (await world.ordered())["id"]
    world.go_on(days=4)
    await world.sent(NEXT, labs=WEAK)
    await world.sent(date(2023, 11, 7), labs=GOOD)
    assert not (await checked(world, id_))["isClosed"]
    await world.upheld(effect={**STRIKE, "first": "2023-11-06", "last": "2023-11-06"})
    closed = await checked(world, id_)
    assert (closed["isClosed"], closed["judged"]) == (True, 40)


async def test_a_few_records_more_make_up_for_none_that_breaks_a_critical_rule(world):
    id_ = (await world.ordered(rule=BASE))["id"]
    world.go_on(days=4)
    await world.sent(NEXT, days=3, labs={"": (400, 0), "base": (399, 1)})
    assert (await checked(world, id_))["said"]["en"].startswith(
        "on whole days since 2023-11-06: 1200 records judged by the rule, 1197"
    )


async def test_an_institution_that_sends_little_shows_as_much_as_it_sends(world):
    await world.province.add("small")
    await world.province.send("small", days=3, labs={"": (2, 0), "binding": (0, 2)})
    id_ = (await world.ordered(institution="small"))["id"]
    assert (await world.done("readOrder", None, "e", id=id_))["records"] == 6
    unheard = await world.ordered(institution="west", rule="check:tls")
    assert (unheard["records"], unheard["share"], unheard["severity"]) == (1, 95, "major")


async def test_a_check_that_is_no_rule_of_records_closes_an_order_about_it(world):
    id_ = (await world.ordered(rule="check:tls"))["id"]
    world.go_on(days=2)
    await world.province.check("east", "check:tls", 1, day="2023-11-06")
    assert (await checked(world, id_))["isClosed"]


async def test_what_is_overdue_says_so_and_can_still_be_mended(world):
    id_ = (await world.ordered(rule=BASE))["id"]
    other = (await world.ordered())["id"]
    world.go_on(days=7)
    listed = (await world.done("listOrders", None, "east", query={"overdue": "true"}))["orders"]
    assert [each["id"] for each in listed] == [id_]
    assert (
        listed[0]["overdue"][0]["en"] == "mending what the rule found was due on 2023-11-10, and is overdue by 2 days"
    )
    assert [each["id"] for each in (await world.done("listOrders", None, "east"))["orders"]] == [id_, other]
    assert (await world.done("listOrders", None, "west"))["orders"] == []
    await world.sent(NEXT, days=5, labs=GOOD)
    assert (await checked(world, id_))["order"]["overdue"] == []


@pytest.mark.parametrize(
    ("operation", "body", "by", "expected"),
    [
        ("acknowledgeOrder", {}, "e", "403 acknowledging a rectification order needs a person of Hospital east (east)"),
        ("reportMended", {"reason": "x"}, "west", "403 reporting that it is mended needs a person of Hospital east"),
        ("reportMended", {"reason": "x"}, "east", "409 state: reporting that it is mended is possible while it is rec"),
        ("reportMended", {}, "east", "409 state: reporting"),
        ("cancelOrder", {}, "m", "422 cancel: cancelling a rectification order needs a reason"),
        ("cancelOrder", {"reason": "x"}, "east", "403 cancelling a rectification order needs one of the roles E"),
        ("cancelOrder", {"reason": "x"}, "east-e", "403 cancelling a rectification order needs somebody who does not"),
        ("checkOrder", {}, "west", "403 checking a rectification order needs one of the roles E"),
        ("readOrder", None, "west", "403 "),
    ],
)
async def test_a_step_that_is_not_ones_own_or_not_possible_is_refused(world, operation, body, by, expected):
    id_ = (await world.ordered())["id"]
    assert (await world.refused(operation, body, by, id=id_)).startswith(expected)
    assert (await world.done("readOrder", None, "e", id=id_))["number"] == 1


@pytest.mark.parametrize(
    ("by", "other", "expected"),
    [
        ("east", {}, "403 issuing a rectification order needs one of the roles E"),
        ("east-e", {}, "403 issuing a rectification order needs somebody who does not belong to Hospital east"),
        ("beijing", {}, "403 issuing a rectification order needs one of the roles E"),
        ("e", {"rule": "x"}, "404 there is no rule 'x'"),
        ("e", {"institution": "x"}, "404 there is no institution 'x'"),
        ("e", {"institution": "vendor-1"}, "422 institution: Vendor is of the kind vendor; expected an institution"),
        ("e", {"share": 101}, "422 share: found 101; expected a whole number from 1 to 100"),
    ],
)
async def test_an_order_that_cannot_be_is_refused(world, by, other, expected):
    body = {"institution": "east", "rule": BINDING, "reason": "A quarter of the codes is none", **other}
    assert (await world.refused("issueOrder", body, by)).startswith(expected)


async def test_there_is_one_open_order_for_a_rule(world):
    first = (await world.ordered())["id"]
    body = {"institution": "east", "rule": BINDING, "reason": "Once more"}
    assert f"409 rule: order {first}" in await world.refused("issueOrder", body, "m")
    await world.ordered(institution="west")
    await world.done("cancelOrder", {"reason": "An erratum struck the rule"}, "m", id=first)
    await world.ordered()


async def test_an_order_that_is_closed_stays_closed(world):
    id_ = (await world.ordered())["id"]
    await world.done("cancelOrder", {"reason": "An erratum struck the rule"}, "m", id=id_)
    refused = await world.refused("checkOrder", {}, "e", id=id_)
    assert "closing a rectification order is possible while it is requested, received, in progress" in refused
    assert "by m (cancel)" in refused
    task = await world.task(id_)
    assert (task["status"], task["statusReason"]["text"]) == ("cancelled", "An erratum struck the rule")


async def test_a_report_and_its_check_at_once_leave_one_story(world):
    id_ = (await world.ordered())["id"]
    await world.done("acknowledgeOrder", {}, "east", id=id_)
    world.go_on(days=3)
    await world.sent(NEXT, labs=GOOD)
    report = world.ask("reportMended", {"reason": "Mended"}, "east", id=id_)
    answers = await asyncio.gather(report, world.ask("checkOrder", {}, "e", id=id_))
    actions = [each["action"] for each in (await world.done("readOrder", None, "e", id=id_))["events"]]
    assert actions in (["issue", "acknowledge", "close"], ["issue", "acknowledge", "report"])
    if actions[-1] == "close":
        assert "it is completed" in told(answers[0])


async def test_those_that_are_mended_close_by_themselves(world):
    mended, broken = (await world.ordered())["id"], (await world.ordered(institution="west"))["id"]
    world.go_on(days=3)
    await world.sent(NEXT, labs=GOOD)
    office = Office(world.store, world.repository, world.kit.new_id, world.kit.offset)
    assert [each.id for each in await close_mended(office, world.now)] == [mended]
    assert (await world.done("readOrder", None, "e", id=broken))["state"] == "requested"
    assert await close_mended(office, world.now) == []
    (last,) = [entry async for _, entry in world.store.log("audit")][-1:]
    assert last["agent"] == [{"name": "the server itself", "requestor": False}]


async def test_an_order_is_a_task_that_our_own_validator_finds_nothing_wrong_with(world):
    """The codes are our own, which no package has."""
    id_ = (await world.ordered(rule=BASE))["id"]
    world.go_on(days=2)
    await world.sent(NEXT, labs=GOOD)
    await checked(world, id_)
    task, judge = await world.task(id_), enforcement()
    issues = judge.judge(task, method="PUT", now=world.now).issues
    assert {each.id for each in issues if each.severity != "information"} == {"code.cannot-tell"}
    assert (task["priority"], task["owner"]["identifier"]["value"]) == ("stat", "east")
    assert task["restriction"]["period"]["end"] == "2023-11-10"

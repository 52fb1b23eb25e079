from __future__ import annotations

import asyncio
from datetime import date

import pytest

from conformance.evidence import Sender
from fhir_server.intents import Intent
from fhir_server.outcomes import RequestRefused
from fhir_server.repository import Repository, fenced
from registry.scores.appeals.errata import errata, struck
from registry.scores.appeals.fence import keep_from_clients
from tests.registry.http.client import told
from tests.registry.publication.world import enforcement
from tests.registry.scores.appeals.world import BASE, BINDING, FIRST, LAST, STRIKE, UPHELD

pytestmark = pytest.mark.anyio
on_each = pytest.mark.parametrize("store", ["sqlite", "mongodb"], indirect=True)


@on_each
async def test_an_appeal_that_is_upheld_scores_everybody_anew(world, store):
    filed = await world.done(
        "fileAppeal",
        {
            "snapshot": "2023-10-1",
            "rule": BINDING,
            "kind": "validator-defect",
            "text": "The code is in force",
            "examples": [{"resource": "Observation/1/_history/2", "path": "Observation.code"}],
        },
        "east",
    )
    id_ = filed["id"]
    assert (filed["state"], filed["acknowledgeBy"], filed["decideBy"]) == ("requested", "2023-11-10", "2023-12-05")
    for operation, by, state in (("acknowledgeAppeal", "e", "received"), ("examineAppeal", "m", "in-progress")):
        assert (await world.done(operation, {}, by, id=id_))["state"] == state
    decided = await world.done("decideAppeal", UPHELD, "m", id=id_)
    assert (decided["state"], decided["outcome"], decided["erratum"]) == ("completed", "upheld", "E-2023-001")
    told_ = [(each["action"], each["by"], each["role"], each["reason"]) for each in decided["events"]]
    assert told_[0] == ("file", "east", "", "The code is in force")
    assert told_[1:] == [("receive", "e", "E", ""), ("examine", "m", "M", ""), ("uphold", "m", "M", UPHELD["reason"])]
    made = await world.done("rescoreErratum", {}, "e", number="E-2023-001")
    assert [(each["old"], each["new"]) for each in made["rescored"]] == [("2023-10-1", "2023-10-2")]
    (period,) = (await world.done("readErratumDifferences", None, "m", number="E-2023-001"))["periods"]
    assert (period["total"], period["concerned"]) == (2, 2)
    assert all(each["change"] > 0 for each in period["institutions"])
    assert [each["institution"] for each in period["institutions"]] == ["east", "west"]


async def test_each_sees_what_an_erratum_changed_for_itself_with_every_step(world):
    number = await world.upheld()
    await world.done("rescoreErratum", {}, "root", number=number)
    (period,) = (await world.done("readErratumDifferences", None, "west", number=number))["periods"]
    assert [each["institution"] for each in period["institutions"]] == ["west"]
    query = {"institution": "west"}
    (alone,) = (await world.done("readErratumDifferences", None, "west", number=number, query=query))["periods"]
    (its,) = alone["institutions"]
    assert [(each["cause"], each["subject"]) for each in its["steps"]] == [("removed", BINDING)]
    assert sum(each["change"] for each in its["steps"]) == pytest.approx(its["change"])
    assert (await world.done("readErratumDifferences", None, "", number=number))["periods"][0]["institutions"] == []
    refused = await world.refused("readErratumDifferences", None, "east", number=number, query=query)
    assert refused.startswith("403 ")


async def test_everybody_reads_errata_and_nobody_learns_whose_volume_it_was(world):
    id_ = await world.examined(kind="force-majeure")
    effect = {"kind": "volume", "target": "https://example.org/labs", "institution": "east"}
    effect |= {"first": "2023-10-05", "last": "2023-10-09"}
    await world.done("decideAppeal", {**UPHELD, "effect": effect}, "m", id=id_)
    (shown,) = (await world.done("listErrata"))["errata"]
    assert (shown["number"], shown["effect"], shown["first"]) == ("E-2023-001", "volume", "2023-10-05")
    assert {"by", "institution"}.isdisjoint(shown)
    assert (await world.done("readErratum", None, "e", number="E-2023-001"))["institution"] == "east"
    assert "there is no erratum 'E-2023-002'" in await world.refused("readErratum", number="E-2023-002")


async def test_what_is_struck_counts_on_the_days_of_the_erratum_alone(world, store):
    await world.upheld(effect={**STRIKE, "first": "2023-10-05", "last": "2023-10-09"})
    known = await errata(store)
    assert [struck(known, BINDING, date(2023, 10, day)) for day in (4, 5, 9, 10)] == [False, True, True, False]
    assert not struck(known, BASE, date(2023, 10, 6))


@pytest.mark.parametrize(
    ("by", "other", "expected"),
    [
        ("nobody", {}, "403 filing an appeal needs a person of an institution; found somebody of no organisation"),
        ("vendor", {}, "403 filing an appeal needs a person of an institution; found somebody of Vendor"),
        ("", {}, "401 this needs a person who is logged in"),
        ("east", {"snapshot": "2023-09-1"}, "404 snapshot: there is no snapshot 2023-09-1"),
        ("east", {"rule": "x"}, "422 file: 2023-10-1 has no rule 'x'; expected the id of one of its rules"),
        ("east", {"kind": "injustice"}, "422 kind: found injustice; expected one of validator-defect"),
        ("east", {"text": ""}, "422 text: found ; expected a text of 1 to 5000 characters"),
    ],
)
async def test_who_cannot_appeal_is_told_what_is_missing(world, by, other, expected):
    body = {"snapshot": "2023-10-1", "rule": BINDING, "kind": "mapping", "text": "Ours is right"}
    assert (await world.refused("fileAppeal", {**body, **other}, by)).startswith(expected)


async def test_an_appeal_comes_in_time_or_is_told_when_that_was_over(world):
    world.go_on(days=30)
    await world.filed()
    world.go_on(days=1)
    body = {"snapshot": "2023-10-1", "rule": BASE, "kind": "mapping", "text": "Ours is right"}
    refused = await world.refused("fileAppeal", body, "east")
    assert refused == "422 file: appeals against 2023-10-1 could be filed until 2023-12-05; today is 2023-12-06"
    assert "申诉期限为 2023-12-05" in told(await world.ask("fileAppeal", body, "east", language="zh"))


async def test_the_same_is_appealed_against_once_while_it_is_open(world):
    first = await world.filed()
    body = {"snapshot": "2023-10-1", "rule": BINDING, "kind": "validator-defect", "text": "Once more"}
    assert f"409 rule: appeal {first}" in await world.refused("fileAppeal", body, "east")
    await world.filed("west")
    await world.done("withdrawAppeal", {"reason": "It was ours after all"}, "east", id=first)
    await world.filed()


@pytest.mark.parametrize(
    ("operation", "by", "expected"),
    [
        ("acknowledgeAppeal", "east", "403 acknowledging an appeal needs one of the roles E (evaluator)"),
        ("acknowledgeAppeal", "east-e", "403 acknowledging an appeal needs somebody who does not belong to Hospital"),
        ("acknowledgeAppeal", "beijing", "403 acknowledging an appeal needs one of the roles"),
        ("acknowledgeAppeal", "root", "403 acknowledging an appeal needs one of the roles"),
        ("withdrawAppeal", "west", "403 withdrawing an appeal needs a person of Hospital east (east); found somebody"),
        ("withdrawAppeal", "e", "403 withdrawing an appeal needs a person of Hospital east (east); found somebody of"),
        ("withdrawAppeal", "east", "422 withdraw: withdrawing an appeal needs a reason"),
        ("examineAppeal", "e", "409 state: examining an appeal is possible while it is received, but it is requested"),
    ],
)
async def test_a_step_that_is_not_ones_own_or_not_possible_is_refused(world, operation, by, expected):
    id_ = await world.filed()
    assert (await world.refused(operation, {}, by, id=id_)).startswith(expected)
    assert (await world.done("readAppeal", None, "e", id=id_))["number"] == 1


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        ({"outcome": "upheld"}, ("upholding an appeal needs a reason", "an appeal that is upheld needs an effect")),
        ({"outcome": "rejected", "reason": "x", "effect": STRIKE}, ("an appeal that is rejected has no effect",)),
        ({**UPHELD, "effect": {**STRIKE, "rules": ["x"]}}, ("there is no rule 'x'",)),
        (
            {**UPHELD, "effect": {**STRIKE, "rules": [], "target": "t", "first": "2023-11-01"}},
            (
                "the effect ends on 2023-10-31, before it begins on 2023-11-01",
                "'strike' needs rules",
                "'strike' has no target",
            ),
        ),
        (
            {**UPHELD, "effect": {"kind": "declaration", "target": "d", "first": "2023-10-01", "last": "2023-10-31"}},
            ("there is no declaration 'd'",),
        ),
    ],
)
async def test_a_decision_says_everything_or_is_told_what_is_missing(world, decision, expected):
    id_ = await world.examined()
    refused = await world.refused("decideAppeal", decision, "m", id=id_)
    assert refused.startswith("422 ")
    assert all(each in refused for each in expected)
    assert (await world.done("listErrata"))["errata"] == []


async def test_an_evaluator_decides_for_their_own_province(world):
    id_ = await world.filed()
    await world.done("acknowledgeAppeal", {}, "shanghai", id=id_)
    assert (await world.refused("readAppeal", None, "beijing", id=id_)).startswith("403 ")
    assert (await world.done("listAppeals", None, "beijing"))["appeals"] == []
    assert [each["id"] for each in (await world.done("listAppeals", None, "shanghai"))["appeals"]] == [id_]


async def test_what_counts_for_other_institutions_is_corrected_for_the_nation_alone(world):
    id_ = await world.examined(kind="force-majeure")
    refused = await world.refused("decideAppeal", UPHELD, "shanghai", id=id_)
    assert refused.startswith("403 correcting what counts for other institutions, too needs one of the roles E")
    volume = {"kind": "volume", "target": "https://example.org/labs", "first": FIRST, "last": LAST}
    of_other = {**UPHELD, "effect": {**volume, "institution": "west"}}
    assert (await world.refused("decideAppeal", of_other, "shanghai", id=id_)).startswith("403 ")
    own = {**UPHELD, "effect": {**volume, "institution": "east"}}
    assert (await world.done("decideAppeal", own, "shanghai", id=id_))["outcome"] == "upheld"


@on_each
async def test_of_two_decisions_at_once_one_holds_and_the_other_is_told_so(world, store):
    id_ = await world.examined()
    rejected = {"outcome": "rejected", "reason": "The code ended last year"}
    answers = await asyncio.gather(
        world.ask("decideAppeal", UPHELD, "m", id=id_), world.ask("decideAppeal", rejected, "e", id=id_)
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    lost = next(each for each in answers if each.status_code == 409)
    won = next(each for each in answers if each.status_code == 200).json()
    assert "is possible while it is in progress, but it is" in told(lost)
    assert f"by {won['events'][-1]['by']}" in told(lost)
    assert len(await errata(store)) == (won["outcome"] == "upheld")
    assert (await world.task(id_))["status"] == won["state"]


async def test_who_has_not_seen_the_last_event_is_told_what_came_since(world):
    id_ = await world.examined()
    refused = await world.refused("decideAppeal", {**UPHELD, "expected": 1}, "m", id=id_)
    assert "found event 3 where 1 was expected as the last one; since then: receive by e; examine by e" in refused


@on_each
async def test_errata_are_numbered_without_gaps_though_they_come_at_once(world, store):
    ids = [await world.examined(kind=kind) for kind in ("mapping", "profile-defect", "not-applicable")]
    answers = await asyncio.gather(*(world.ask("decideAppeal", UPHELD, "m", id=id_) for id_ in ids))
    assert sorted(each.json()["erratum"] for each in answers) == ["E-2023-001", "E-2023-002", "E-2023-003"]
    world.go_on(days=90)
    number = await world.scored()
    assert number.errata == ("E-2023-001", "E-2023-002", "E-2023-003")


async def test_what_is_late_is_listed_first_and_alone_where_it_is_asked_for(world):
    late = await world.filed()
    world.go_on(days=8)
    await world.filed("west")
    listed = (await world.done("listAppeals", None, "e", query={"overdue": "true"}))["appeals"]
    assert [each["id"] for each in listed] == [late]
    assert listed[0]["overdue"][0]["en"] == "acknowledging an appeal was due on 2023-11-10, and is overdue by 3 days"
    assert "已逾期 3 天" in listed[0]["overdue"][0]["zh"]
    await world.done("acknowledgeAppeal", {}, "e", id=late)
    assert (await world.done("readAppeal", None, "east", id=late))["overdue"] == []
    world.go_on(days=23)
    assert (
        "deciding on an appeal was due" in (await world.done("readAppeal", None, "east", id=late))["overdue"][0]["en"]
    )


async def test_everybody_is_scored_anew_by_an_office_alone(world):
    number = await world.upheld()
    assert (await world.refused("rescoreErratum", {}, "east", number=number)).startswith("403 scoring everybody anew")
    assert (await world.refused("rescoreErratum", {}, "shanghai", number=number)).startswith("403 ")
    assert (await world.refused("rescoreErratum", {}, "", number=number)).startswith("401 ")


async def test_upheld_in_part_it_is_an_erratum_and_rejected_it_is_none(world, store):
    partly, rejected = await world.examined(kind="mapping"), await world.examined(kind="profile-defect")
    made = await world.done("decideAppeal", {**UPHELD, "outcome": "partly"}, "m", id=partly)
    assert (made["state"], made["outcome"], made["erratum"]) == ("completed", "partly", "E-2023-001")
    refusal = {"outcome": "rejected", "reason": "The code ended last year"}
    made = await world.done("decideAppeal", refusal, "m", id=rejected)
    assert (made["state"], made["outcome"], made["erratum"]) == ("rejected", "rejected", "")
    assert (await world.task(rejected))["statusReason"]["text"] == "The code ended last year"
    assert len(await errata(store)) == 1


async def test_an_erratum_about_days_that_were_never_scored_has_nothing_to_score_anew(world):
    number = await world.upheld(effect={**STRIKE, "first": "2023-08-01", "last": "2023-08-31"})
    refused = await world.refused("rescoreErratum", {}, "e", number=number)
    assert "no snapshot that was taken before it touches these days" in refused


async def test_scored_anew_twice_it_is_the_same(world, store):
    number = await world.upheld()
    for _ in range(2):
        made = await world.done("rescoreErratum", {}, "e", number=number)
    assert len(made["erratum"]["rescored"]) == 1


async def test_at_every_step_it_is_a_task_that_our_own_validator_finds_nothing_wrong_with(world):
    """The codes are our own, which no package has."""
    id_ = await world.filed(examples=[{"resource": "Observation/1/_history/2", "path": "Observation.code"}])
    judge = enforcement()
    steps = [("acknowledgeAppeal", {}, "e"), ("examineAppeal", {}, "e"), ("decideAppeal", UPHELD, "m")]
    seen = []
    for step in (None, *steps):
        if step is not None:
            await world.done(step[0], step[1], step[2], id=id_)
        task = await world.task(id_)
        issues = judge.judge(task, method="PUT", now=world.now).issues
        assert {each.id for each in issues if each.severity != "information"} == {"code.cannot-tell"}
        seen.append(task["status"])
    assert seen == ["requested", "received", "in-progress", "completed"]
    assert task["for"]["identifier"]["value"] == "east"
    assert task["businessStatus"]["coding"][0]["code"] == "upheld"
    assert task["output"][0]["valueString"] == "E-2023-001"
    assert [each["text"] for each in task["note"]][-1] == f"uphold: {UPHELD['reason']}"


async def test_every_write_of_a_task_stands_in_the_audit_trail_under_the_name_of_a_person(world, store):
    await world.examined()
    trail = [entry async for _, entry in store.log("audit")]
    assert [each["agent"][0]["who"]["identifier"]["value"] for each in trail] == ["east", "e", "e"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_no_client_of_the_fhir_server_writes_the_task_of_an_appeal(world, store, method):
    id_ = await world.filed()
    task = {**await world.task(id_), "status": "completed"}
    client = Repository(store, world.planner, world.clock, fence=fenced(keep_from_clients))
    with pytest.raises(RequestRefused, match=f"Task/{id_} is an appeal") as raised:
        await client.write((Intent(method, "Task", id_, resource=task),), Sender(client="his-1"))
    assert raised.value.status == 403
    assert (await world.task(id_))["status"] == "requested"
    other = Intent("PUT", "Task", "own", resource={**task, "id": "own"})
    assert (await client.write((other,), Sender(client="his-1")))[0][0].effect == "created"

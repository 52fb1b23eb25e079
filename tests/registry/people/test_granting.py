from __future__ import annotations

from datetime import timedelta

import pytest

from registry.people.caller import Caller
from registry.people.refusals import NotLoggedIn
from registry.people.scope import Scope
from registry.refusal import Refused
from tests.registry.http.client import told
from tests.registry.people.world import EVERYTHING, NATION, SHANGHAI, START, at_once

pytestmark = pytest.mark.anyio
COMMITTEE = {"kind": "committee", "code": "tc-1"}


async def _me(office, somebody):
    return await office.done("readMe", by=somebody)


async def test_a_role_is_given_and_ended_and_stays_on_record(office, root):
    li = await office.hired(root, "li.na")
    grant = await office.granted(root, li.id, "S", COMMITTEE)
    assert [each["role"] for each in (await _me(office, li))["grants"]] == ["S"]
    office.time.go_on(minutes=5)
    await office.done("endGrant", by=root, id=li.id, grant=grant["id"])
    assert (await _me(office, li))["grants"] == []
    (kept,) = (await office.done("listGrants", by=root, id=li.id))["grants"]
    assert (kept["grantedBy"], kept["endedBy"]) == (root.id, root.id)
    assert kept["ended"] == (START + timedelta(minutes=5)).isoformat()
    assert told(await office.ask("endGrant", by=root, id=li.id, grant=grant["id"])) == "409 the grant is over already"


async def test_a_role_may_begin_later_and_end_by_itself(office, root):
    li = await office.hired(root, "li.na")
    times = {"from": "2026-03-02T10:00:00+08:00", "until": "2026-03-02T11:00:00+08:00"}
    await office.granted(root, li.id, "administrator", SHANGHAI, **times)
    seen = []
    for _ in range(4):
        seen.append((await office.ask("listPeople", by=li)).status_code)
        office.time.go_on(minutes=45)
    assert seen == [403, 403, 200, 403]


@pytest.mark.parametrize(
    ("grant", "problem"),
    [
        ({"role": "A", "scope": EVERYTHING}, "role: found A; expected one of S, M"),
        ({"role": "X", "scope": EVERYTHING}, "role: found X; expected one of S, M"),
        (
            {"role": "S", "scope": {"kind": "committee"}},
            "scope.code: the code of the scope is ''; expected the id of a",
        ),
        ({"role": "N", "scope": {"kind": "jurisdiction", "code": "3x"}}, "scope.code: the code of the scope is '3x'"),
        ({"role": "N", "scope": {"kind": "everything", "code": "3"}}, "scope.code: the code of the scope is '3'"),
        ({"role": "N", "scope": {"kind": "planet"}}, "scope.kind: found planet; expected one of committee"),
        ({"role": "N", "scope": NATION, "from": "2025-01-01T00:00:00Z"}, "from: the grant begins in the past"),
        ({"role": "N", "scope": NATION, "until": "2026-03-02T01:00:00Z"}, "until: the grant ends before it begins"),
        ({"role": "N", "scope": NATION, "until": "2027-01-01"}, "until: found 2027-01-01; expected an instant such as"),
    ],
)
async def test_a_grant_that_cannot_be_is_refused_with_the_place_of_the_fault(office, root, grant, problem):
    li = await office.hired(root, "li.na")
    assert told(await office.ask("grantRole", grant, root, id=li.id)).startswith(f"422 {problem}")
    assert (await office.done("listGrants", by=root, id=li.id))["grants"] == []


async def test_nobody_gives_themselves_what_they_lack(office, root):
    refused = await office.ask("grantRole", {"role": "N", "scope": NATION}, root, id=root.id)
    said = "403 nobody gives themselves a role: N (publication officer) is for another administrator to give"
    assert told(refused) == said
    second = await office.hired(root, "second", ("administrator", EVERYTHING))
    await office.granted(second, root.id, "N", NATION)
    await office.granted(root, root.id, "administrator", COMMITTEE)


async def test_an_administrator_gives_and_ends_roles_within_their_scope_alone(office, root):
    local = await office.hired(root, "local", ("administrator", SHANGHAI))
    li = await office.hired(root, "li.na", ("N", NATION))
    await office.granted(local, li.id, "N", {"kind": "jurisdiction", "code": "310115"})
    said = "403 giving and ending roles needs the role administrator for "
    for scope, place in (
        (EVERYTHING, "everything"),
        (NATION, "national standards"),
        ({"kind": "jurisdiction", "code": "32"}, "jurisdiction 32"),
        (COMMITTEE, "committee tc-1"),
    ):
        refused = await office.ask("grantRole", {"role": "administrator", "scope": scope}, local, id=li.id)
        assert told(refused) == said + place
    national = next(each for each in (await _me(office, li))["grants"] if each["scope"]["code"] == "")
    refused = await office.ask("endGrant", by=local, id=li.id, grant=national["id"])
    assert told(refused) == said + "national standards"


async def test_people_may_give_up_what_they_were_given(office, root):
    li = await office.hired(root, "li.na", ("C", COMMITTEE))
    (grant,) = (await _me(office, li))["grants"]
    ended = await office.done("endGrant", by=li, id=li.id, grant=grant["id"])
    assert ended["endedBy"] == li.id


async def test_somebody_without_the_role_gives_and_ends_nothing(office, root):
    li, wang = await office.hired(root, "li.na"), await office.hired(root, "wang", ("C", COMMITTEE))
    refused = await office.ask("grantRole", {"role": "C", "scope": COMMITTEE}, li, id=li.id)
    assert told(refused) == "403 this needs the role administrator"
    (grant,) = (await _me(office, wang))["grants"]
    assert (await office.ask("endGrant", by=li, id=wang.id, grant=grant["id"])).status_code == 403


async def test_the_same_role_is_given_once_even_by_two_at_once(office, root):
    li = await office.hired(root, "li.na")
    body = {"role": "S", "scope": COMMITTEE}
    answers = await at_once(*[office.ask("grantRole", body, root, id=li.id) for _ in range(3)])
    assert sorted(each.status_code for each in answers) == [201, 409, 409]


async def test_an_administrator_who_lost_the_role_gives_nothing_with_the_session_from_before(office, root):
    second = await office.hired(root, "second", ("administrator", EVERYTHING))
    caller = Caller("198.51.100.7", office.time.clock(), await office.people.register.person(second.id))
    (grant,) = (await _me(office, second))["grants"]
    await office.done("endGrant", by=root, id=second.id, grant=grant["id"])
    with pytest.raises(Refused, match="this needs the role administrator"):
        await office.people.granting.grant(caller, root.id, "E", Scope.everything(), None, None)
    await office.done("suspendPerson", by=root, id=second.id)
    with pytest.raises(NotLoggedIn, match="this account was suspended"):
        await office.people.granting.grant(caller, root.id, "E", Scope.everything(), None, None)


async def test_who_is_not_there_gets_nothing(office, root):
    refused = await office.ask("grantRole", {"role": "S", "scope": COMMITTEE}, root, id="nobody")
    assert told(refused) == "404 there is no person nobody"
    assert (await office.ask("endGrant", by=root, id=root.id, grant="nothing")).status_code == 404


async def test_the_roles_are_told_to_everybody_in_both_languages(office, root):
    roles = (await office.done("listRoles"))["roles"]
    assert [each["code"] for each in roles] == [
        "A",
        "S",
        "M",
        "L",
        "I",
        "LU",
        "C",
        "N",
        "E",
        "administrator",
        "authority",
    ]
    assert roles[7]["name"] == {"en": "publication officer", "zh": "发布人员"}

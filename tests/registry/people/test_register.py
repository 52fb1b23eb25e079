from __future__ import annotations

import pytest

from tests.registry.http.client import told
from tests.registry.people.world import EVERYTHING, PASSWORD, SHANGHAI, at_once

pytestmark = pytest.mark.anyio
LAST = "409 this would leave nobody who administers everything; give that role to somebody else first"


async def test_a_suspended_person_is_out_at_once_and_can_come_back(office, root):
    li = await office.hired(root, "li.na", ("S", {"kind": "committee", "code": "tc-1"}))
    await office.done("suspendPerson", by=root, id=li.id)
    assert (await office.ask("readMe", by=li)).status_code == 401
    assert told(await office.ask("suspendPerson", by=root, id=li.id)) == "409 Li.Na is suspended already"
    assert (await office.done("reinstatePerson", by=root, id=li.id))["status"] == "active"
    assert (await office.ask("readMe", by=li)).status_code == 401
    assert (await office.logged_in("li.na")).id == li.id


async def test_a_link_does_not_outlive_a_suspension(office, root):
    invited = await office.done("invitePerson", {"login": "li.na", "name": "李娜"}, root)
    id_ = invited["person"]["id"]
    await office.done("suspendPerson", by=root, id=id_)
    assert (await office.ask("renewLink", {}, root, id=id_)).status_code == 409
    assert (await office.done("reinstatePerson", by=root, id=id_))["status"] == "invited"
    used = await office.ask("setPasswordByLink", {"token": invited["token"], "password": PASSWORD})
    assert used.status_code == 401


async def test_a_login_name_is_given_once_even_to_two_at_once(office, root):
    body = {"login": "li.na", "name": "李娜"}
    answers = await at_once(*[office.ask("invitePerson", body, root) for _ in range(3)])
    assert sorted(each.status_code for each in answers) == [201, 409, 409]
    assert "409 login: somebody has the login name li.na already" in [told(each) for each in answers if each.is_error]


@pytest.mark.parametrize("login", ["a", "-a", "li na", "李娜", "a/b", "../x"])
async def test_a_login_name_has_its_form(office, root, login):
    refused = told(await office.ask("invitePerson", {"login": login, "name": "X"}, root))
    assert refused.startswith("422 login: ")
    assert "; expected " in refused


async def test_an_organisation_has_to_be_registered(office, root):
    body = {"login": "li.na", "name": "李娜", "organisation": "nobody"}
    assert told(await office.ask("invitePerson", body, root)) == "422 organisation: there is no organisation nobody"
    assert await office.store.load("logins", "li.na") is None


async def test_the_last_administrator_cannot_be_removed_by_any_way(office, root):
    (grant,) = (await office.done("readMe", by=root))["grants"]
    await office.hired(root, "local", ("administrator", SHANGHAI))
    passing = await office.hired(root, "passing")
    await office.granted(root, passing.id, "administrator", EVERYTHING, until="2027-01-01T00:00:00+08:00")
    assert told(await office.ask("suspendPerson", by=root, id=root.id)) == LAST
    assert told(await office.ask("suspendPerson", by=passing, id=root.id)) == LAST
    assert told(await office.ask("endGrant", by=root, id=root.id, grant=grant["id"])) == LAST
    second = await office.hired(root, "second", ("administrator", EVERYTHING))
    await office.done("suspendPerson", by=root, id=second.id)
    assert told(await office.ask("endGrant", by=root, id=root.id, grant=grant["id"])) == LAST
    await office.done("reinstatePerson", by=root, id=second.id)
    await office.done("endGrant", by=root, id=root.id, grant=grant["id"])
    assert (await office.ask("listPeople", by=root)).status_code == 403


async def test_two_administrators_who_remove_one_another_at_once_leave_one(office, root):
    second = await office.hired(root, "second", ("administrator", EVERYTHING))
    answers = await at_once(
        office.ask("suspendPerson", by=root, id=second.id), office.ask("suspendPerson", by=second, id=root.id)
    )
    assert sorted(each.is_success for each in answers) == [False, True]


async def test_people_are_listed_by_pages_without_losing_any(office, root):
    for number in range(5):
        await office.done("invitePerson", {"login": f"person-{number}", "name": "X"}, root)
    seen, after = [], ""
    while True:
        page = await office.done("listPeople", by=root, query={"count": 2, "after": after})
        seen += [each["login"] for each in page["people"]]
        if "next" not in page:
            break
        after = page["next"]
    assert sorted(seen) == ["person-0", "person-1", "person-2", "person-3", "person-4", "root"]


async def test_a_contact_is_shown_to_the_person_and_to_who_administers_everything_alone(office, root):
    invited = await office.done("invitePerson", {"login": "li.na", "name": "李娜", "contact": "138 0000"}, root)
    await office.done("setPasswordByLink", {"token": invited["token"], "password": PASSWORD})
    li, local = await office.logged_in("li.na"), await office.hired(root, "local", ("administrator", SHANGHAI))
    assert "138 0000" in (await office.ask("readMe", by=li)).text
    assert "138 0000" in (await office.ask("listPeople", by=root)).text
    assert "138 0000" not in (await office.ask("listPeople", by=local)).text
    assert "138 0000" not in (await office.ask("readPerson", by=local, id=li.id)).text
    await office.done("changeMyContact", {"contact": "139 0000"}, li)
    assert "139 0000" in (await office.ask("readMe", by=li)).text


async def test_every_change_is_in_the_audit_trail_with_who_made_it(office, root):
    li = await office.hired(root, "li.na", ("N", SHANGHAI))
    await office.done("changePerson", {"name": "李娜"}, root, id=li.id)
    await office.done("suspendPerson", by=root, id=li.id)
    about_li = [each for each in await office.trail() if li.id in str(each.get("entity"))]
    changes = [
        (detail["valueString"], each["agent"][0]["who"]["identifier"]["value"])
        for each in about_li
        for detail in each["entity"][0].get("detail", ())
        if detail["type"] == "change"
    ]
    assert changes == [
        ("invited", root.id),
        ("password set", li.id),
        ("role given", root.id),
        ("description", root.id),
        ("suspended", root.id),
    ]
    given = next(each for each in about_li if "role given" in str(each))
    assert {"type": "scope", "valueString": "jurisdiction/310000"} in given["entity"][0]["detail"]


async def test_what_is_refused_changes_nothing(office, root):
    collections = ("people", "logins", "credentials", "grants")
    before = [await office.store.listed(each) for each in collections]
    li = {"login": "root", "name": "X"}
    assert (await office.ask("invitePerson", li, root)).status_code == 409
    assert (await office.ask("changePerson", {"organisation": "nobody"}, root, id=root.id)).status_code == 422
    assert (await office.ask("suspendPerson", by=root, id="nobody")).status_code == 404
    assert [await office.store.listed(each) for each in collections] == before


async def test_somebody_without_the_role_is_told_which_one_is_missing(office, root):
    li = await office.hired(root, "li.na")
    refused = await office.ask("listPeople", by=li)
    assert told(refused) == "403 this needs the role administrator"
    chinese = (await office.ask("listPeople", by=li, language="zh-CN")).json()
    assert chinese["title"] == "无权执行此操作"
    assert "系统管理员" in chinese["detail"]
    assert (await office.ask("listPeople")).status_code == 401


async def test_an_entry_of_the_audit_trail_is_a_valid_resource(office, root):
    from plumbline.wiring import build_validator

    await office.hired(root, "li.na", ("N", SHANGHAI))
    await office.ask("logIn", {"login": "root", "password": "wrong"})
    await office.done("logOut", by=root)
    validator = build_validator()
    for entry in await office.trail():
        assert [each.text() for each in validator.validate(entry).issues if each.is_error] == []

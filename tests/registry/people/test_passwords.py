from __future__ import annotations

import pytest

from registry.people.passwords import password_problems
from tests.registry.http.client import told
from tests.registry.people.world import PASSWORD, SHANGHAI, at_once

pytestmark = pytest.mark.anyio
NO_LINK = "401 the link was used already, is too old, or never was one"
NEW = "another good password"


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short", "the password has 5 characters; expected 12 to 256"),
        ("x1y2" * 65, "the password has 260 characters; expected 12 to 256"),
        ("abababababababab", "the password repeats few characters; expected at least 5 different ones"),
        ("my-LI.NA-2026-secret", "the password holds the login name; expected one that does not"),
        ("AN.IL backwards too", "the password holds the login name; expected one that does not"),
        ("a good\tpassword, it is", "the password holds control characters; expected none"),
    ],
)
def test_a_password_that_will_not_do_is_told_what_is_wrong(password, problem):
    assert problem in [each.en for each in password_problems(password, "li.na@example.org")]


@pytest.mark.parametrize("password", [PASSWORD, "中文密码也可以用，只要够长就好", "x1y2z3w4" * 32])
def test_any_long_password_will_do(password):
    assert not password_problems(password, "li.na")


async def test_a_password_is_the_same_however_a_keyboard_composes_it(office, root):
    await office.done("changeMyPassword", {"before": PASSWORD, "password": "Pässword für alle"}, root)
    assert (await office.logged_in("root", "Pässword für alle")).id == root.id


async def test_an_invited_person_chooses_a_password_by_the_link_once(office, root):
    invited = await office.done("invitePerson", {"login": "Li.Na", "name": "李娜", "organisation": "office-1"}, root)
    assert (invited["person"]["login"], invited["person"]["status"]) == ("li.na", "invited")
    made = await office.done("setPasswordByLink", {"token": invited["token"], "password": PASSWORD})
    assert made["status"] == "active"
    assert (await office.logged_in("li.na")).id == invited["person"]["id"]
    assert told(await office.ask("setPasswordByLink", {"token": invited["token"], "password": NEW})) == NO_LINK


async def test_a_link_that_is_used_twice_at_once_is_used_once(office, root):
    invited = await office.done("invitePerson", {"login": "li.na", "name": "李娜"}, root)
    passwords = [f"good password number {each}" for each in range(4)]
    answers = await at_once(
        *[office.ask("setPasswordByLink", {"token": invited["token"], "password": each}) for each in passwords]
    )
    assert sorted(each.status_code for each in answers) == [200, 401, 401, 401]


async def test_a_link_is_over_after_its_hours_and_after_another_one(office, root):
    invited = await office.done("invitePerson", {"login": "li.na", "name": "李娜", "hours": 2}, root)
    second = await office.done("renewLink", {"hours": 2}, root, id=invited["person"]["id"])
    for token in (invited["token"], second["token"][:-1] + "-", root.token, "nonsense"):
        assert told(await office.ask("setPasswordByLink", {"token": token, "password": PASSWORD})) == NO_LINK
    office.time.go_on(hours=2)
    assert told(await office.ask("setPasswordByLink", {"token": second["token"], "password": PASSWORD})) == NO_LINK


async def test_a_bad_password_does_not_use_the_link_up(office, root):
    invited = await office.done("invitePerson", {"login": "li.na", "name": "李娜"}, root)
    refused = await office.ask("setPasswordByLink", {"token": invited["token"], "password": "short"})
    assert told(refused).startswith("422 password: the password has 5 characters; expected 12 to 256")
    await office.done("setPasswordByLink", {"token": invited["token"], "password": PASSWORD})


async def test_who_forgot_the_password_sets_another_by_a_link_and_every_session_ends(office, root):
    li = await office.hired(root, "li.na")
    link = await office.done("renewLink", {}, root, id=li.id)
    assert (await office.ask("readMe", by=li)).status_code == 200
    await office.done("setPasswordByLink", {"token": link["token"], "password": NEW})
    assert (await office.ask("readMe", by=li)).status_code == 401
    assert (await office.ask("logIn", {"login": "li.na", "password": PASSWORD})).status_code == 401
    assert (await office.logged_in("li.na", NEW)).id == li.id


async def test_a_change_needs_the_password_before_and_ends_the_other_sessions(office, root):
    other = await office.logged_in("root")
    refused = await office.ask("changeMyPassword", {"before": "a guess that is wrong", "password": NEW}, root)
    assert told(refused) == "403 before: the password before is another one"
    await office.done("changeMyPassword", {"before": PASSWORD, "password": NEW}, root)
    assert (await office.ask("readMe", by=root)).status_code == 200
    assert (await office.ask("readMe", by=other)).status_code == 401
    assert (await office.logged_in("root", NEW)).id == root.id


async def test_an_administrator_of_less_cannot_take_over_an_account_that_may_do_more(office, root):
    local = await office.hired(root, "local", ("administrator", SHANGHAI))
    officer = await office.hired(root, "officer", ("N", {"kind": "jurisdiction", "code": ""}))
    for target in (root, officer):
        for operation, body in (("renewLink", {}), ("suspendPerson", None), ("changePerson", {"contact": "mine"})):
            refused = told(await office.ask(operation, body, local, id=target.id))
            assert refused.startswith("403 changing ")
            assert " needs the role administrator for " in refused
    newcomer = await office.done("invitePerson", {"login": "newcomer", "name": "New"}, root)
    assert (await office.ask("renewLink", {}, local, id=newcomer["person"]["id"])).status_code == 403
    theirs = await office.done("invitePerson", {"login": "theirs", "name": "Theirs"}, local)
    assert (await office.ask("renewLink", {}, local, id=theirs["person"]["id"])).status_code == 201

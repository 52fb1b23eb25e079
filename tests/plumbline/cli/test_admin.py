from __future__ import annotations

import asyncio

import pytest

from plumbline.stores import store_opener

PASSWORD = "correct horse battery staple"


@pytest.fixture
def address(tmp_path):
    return f"sqlite:///{tmp_path / 'registry.sqlite'}"


def _kept(address, collection):
    opener = store_opener(address)
    assert opener is not None

    async def load():
        store = await opener()
        try:
            return [dict(each) for _, each in await store.listed(collection)], [
                dict(entry) async for _, entry in store.log("audit")
            ]
        finally:
            await store.close()

    return asyncio.run(load())


def test_the_first_administrator_is_made_with_a_password_from_standard_input(plumbline, address):
    words = ("admin", "create", "Root", "--name", "管理员", "--store", address)
    made = plumbline(*words, stdin=f"{PASSWORD}\n".encode())
    assert (made.status, made.out) == (0, "root administers everything\n")
    (person,), trail = _kept(address, "people")
    assert (person["login"], person["name"], person["status"]) == ("root", "管理员", "active")
    (grant,), _ = _kept(address, "grants")
    assert (grant["role"], grant["scope"]["kind"], "until" in grant) == ("administrator", "everything", False)
    assert len(trail) == 1
    assert PASSWORD not in str([_kept(address, each) for each in ("people", "credentials", "logins")])


@pytest.mark.parametrize("named", ["file", "-"])
def test_the_password_may_come_from_a_file(plumbline, address, tmp_path, named):
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\nsomething else\n", encoding="utf-8")
    words = ("--password-file", file if named == "file" else "-", "--store", address)
    assert plumbline("admin", "create", "root", *words, stdin=file.read_bytes()).status == 0


def test_a_password_that_will_not_do_is_refused_with_the_reason_and_nothing_is_made(plumbline, address):
    made = plumbline("admin", "create", "root", "--store", address, stdin=b"root-root\n")
    assert made.status == 2
    assert "the password has 9 characters; expected 12 to 256" in made.err
    assert "the password holds the login name" in made.err
    assert "root-root" not in made.err
    assert _kept(address, "people") == ([], [])


def test_a_login_name_is_given_once(plumbline, address):
    words = ("admin", "create", "root", "--store", address)
    assert plumbline(*words, stdin=PASSWORD.encode()).status == 0
    again = plumbline(*words, stdin=PASSWORD.encode())
    assert again.status == 2
    assert "somebody has the login name root already" in again.err


def test_there_is_no_way_to_write_the_password_on_the_command_line(plumbline, address):
    assert plumbline("admin", "create", "root", PASSWORD, "--store", address).status == 2
    assert plumbline("admin", "create", "root", "--password", PASSWORD, "--store", address).status == 2

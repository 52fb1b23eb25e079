from __future__ import annotations

import asyncio
import json

import pytest

from fhir_server.identity.secrets import SecretHasher
from plumbline.stores import store_opener

CODE = "914403001922038216"


@pytest.fixture
def address(tmp_path):
    return f"sqlite:///{tmp_path / 'fhir.sqlite'}"


@pytest.fixture
def registered(plumbline, address):
    """A hospital, and a vendor with a product."""
    about = ("--kind", "institution", "--credit-code", CODE, "--jurisdiction", "310115", "--class", "tertiary-a")
    plumbline("organisation", "add", "hospital-1", "--name", "第一人民医院", *about, "--store", address)
    plumbline("organisation", "add", "vendor-1", "--name", "软件公司", "--kind", "vendor", "--store", address)
    words = ("--name", "HIS", "--vendor", "vendor-1", "--version", "3.1", "--version", "3.2", "--store", address)
    assert plumbline("product", "add", "his", *words).status == 0


def _add(plumbline, address, *more):
    words = ("--organisation", "hospital-1", "--scope", "system/*.cruds", *more, "--store", address)
    return plumbline("client", "add", "c-1", *words)


def _kept(address):
    opener = store_opener(address)
    assert opener is not None

    async def load():
        store = await opener()
        try:
            return await store.load("clients", "c-1")
        finally:
            await store.close()

    return asyncio.run(load())


def _secret(out):
    return out.splitlines()[1].removeprefix("client_secret").strip()


def test_organisations_and_products_are_listed(plumbline, address, registered):
    found = plumbline("organisation", "list", "--store", address).out.splitlines()
    assert found[0] == f"hospital-1\tinstitution\t{CODE}\t310115\ttertiary-a\t第一人民医院"
    assert plumbline("product", "list", "--store", address).out == "his\tvendor-1\t3.1, 3.2\tHIS\n"


def test_a_client_is_given_a_secret_once(plumbline, address, registered):
    added = _add(plumbline, address, "--product", "his", "--product-version", "3.2", "--name", "HIS here")
    assert added.status == 0
    assert "not shown again" in added.err
    secret = _secret(added.out)
    assert secret not in added.err
    assert secret not in json.dumps(_kept(address))
    assert SecretHasher().matches(secret, _kept(address)["secretHash"])
    listed = plumbline("client", "list", "--store", address).out
    assert listed == "c-1\tactive\thospital-1\this\t3.2\tsystem/*.cruds\tHIS here\n"


def test_a_client_may_be_registered_for_practice(plumbline, address, registered):
    assert _add(plumbline, address, "--practice").status == 0
    assert _kept(address)["practice"] is True
    assert plumbline("client", "list", "--store", address).out.startswith("c-1\tactive (practice)\thospital-1")


def test_a_client_may_be_registered_with_criteria_that_can_be_kept_to(plumbline, address, registered):
    words = ("client", "add", "c-2", "--organisation", "hospital-1", "--store", address, "--scope")
    refused = plumbline(*words, "system/Observation.rs?categorie=laboratory")
    assert refused.status == 2
    assert "'system/Observation.rs?categorie=laboratory' cannot be kept to" in refused.err
    assert "category" in refused.err
    assert plumbline(*words, "system/Observation.rs?category=laboratory").status == 0
    assert "system/Observation.rs?category=laboratory" in plumbline("client", "list", "--store", address).out


def test_a_client_is_suspended_and_let_in_again(plumbline, address, registered):
    _add(plumbline, address)
    assert plumbline("client", "suspend", "c-1", "--store", address).out == "c-1 is suspended\n"
    assert _kept(address)["status"] == "suspended"
    plumbline("client", "resume", "c-1", "--store", address)
    assert _kept(address)["status"] == "active"


def test_a_renewed_secret_takes_the_place_of_the_one_before(plumbline, address, registered):
    before = _secret(_add(plumbline, address).out)
    after = _secret(plumbline("client", "renew", "c-1", "--store", address).out)
    hashed = _kept(address)["secretHash"]
    assert SecretHasher().matches(after, hashed)
    assert not SecretHasher().matches(before, hashed)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("client", "suspend", "c-9"), "no 'c-9' among the clients"),
        (("client", "add", "c-9", "--organisation", "nobody", "--scope", "system/*.r"), "no 'nobody' among"),
        (("client", "add", "c-9", "--organisation", "hospital-1", "--scope", "user/*.r"), "no system scope"),
        (("client", "add", "c-9", "--organisation", "x", "--scope", "x", "--product", "his"), "go together"),
        (
            ("organisation", "add", "o", "--name", "o", "--kind", "vendor", "--credit-code", CODE[:-1] + "7"),
            "expected 6",
        ),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(plumbline, address, registered, words, reason):
    ended = plumbline(*words, "--store", address)
    assert ended.status == 2
    assert reason in ended.err
    assert not ended.out


@pytest.mark.parametrize("store", ["memory://", "none"])
def test_a_store_that_keeps_nothing_is_refused(plumbline, store):
    ended = plumbline("client", "list", "--store", store)
    assert (ended.status, ended.out) == (2, "")
    assert "keeps nothing" in ended.err


def test_a_new_key_is_made_and_the_others_forgotten(plumbline, tmp_path, monkeypatch):
    monkeypatch.setenv("PLUMBLINE_KEY_FOLDER", str(tmp_path / "keys"))
    assert "signs from now on" in plumbline("client", "new-key").out
    ended = plumbline("client", "new-key", "--revoke")
    assert ended.out.endswith("keys that are forgotten: 1\n")
    assert len(list((tmp_path / "keys").iterdir())) == 1

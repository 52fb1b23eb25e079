"""`plumbline score rebuild` judges anew what is kept, and says what comes out differently."""

from __future__ import annotations

import asyncio

import pytest

from tests.plumbline.cli.test_practice import PROFILE, published


@pytest.fixture
def store(plumbline, save, patient, tmp_path):
    """The address of a store with two patients, of whom one is wanting, sent before anything was asked of them."""
    address = f"sqlite:///{tmp_path}/store.sqlite"
    assert (
        plumbline("organisation", "add", "h1", "--name", "医院", "--kind", "institution", "--store", address).status
        == 0
    )
    sound = {**patient, "meta": {"profile": [PROFILE]}}
    save("in/a.json", sound)
    save("in/b.json", {**{name: each for name, each in sound.items() if name != "birthDate"}, "id": "p2"})
    sent = plumbline("import", tmp_path / "in", "--store", address, "--jobs", 1, "--institution", "h1")
    assert sent.status == 0, sent.out + sent.err
    return address


def test_rules_that_were_published_later_are_asked_of_what_is_kept(plumbline, store, tmp_path, demo_package):
    def rebuild(*more):
        outcome = plumbline("score", "rebuild", "--store", store, *more)
        assert outcome.status == 0, outcome.err
        return outcome.out.splitlines()

    nothing = "Nothing differs; generation {} of the tallies stays the current one"
    judged = "2 entries judged anew, 0 taken as they were judged"
    assert rebuild() == [judged, nothing.format(1)]
    asyncio.run(published(tmp_path / "store.sqlite", demo_package))
    told = rebuild("--dry-run")
    assert told[0] == judged
    assert any(each.endswith(f"{PROFILE}|0.1.0#Patient.birthDate:min: 0/0/0/0 -> 1/1/0/2") for each in told), told
    assert told[-1].endswith("nothing was changed, generation 1 stays the current one")
    done = rebuild()
    assert done[1:-1] == told[1:-1]
    assert done[-1].endswith("generation 2 of the tallies is the current one from now on")
    assert rebuild() == [judged, nothing.format(2)]

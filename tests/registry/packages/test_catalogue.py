from __future__ import annotations

import pytest

from registry.packages.catalogue import Search, find, search_of
from registry.packages.held import Held
from registry.refusal import Refused
from tests.registry.packages.world import CANONICAL, NAME, PROFILE, opened, profile, publish

pytestmark = pytest.mark.anyio
OTHER = "cn.example.other"


@pytest.fixture
async def filled(store):
    await publish(store, opened("2021.0.0", profile(version="2021.0.0")))
    newer = profile(version="2022.0.0"), profile(f"{CANONICAL}/ValueSet/new")
    await publish(store, opened("2022.0.0", *newer))
    await publish(store, opened("2023.0.0-draft.1", profile(version="2023.0.0")))
    own = {"canonical": "http://other.cn/fhir/", "fhirVersions": ["5.0.0"], "dependencies": {NAME: "2021.0.0"}}
    await publish(store, opened("1.0.0", profile("http://other.cn/fhir/x"), name=OTHER, **own))
    await publish(
        store, opened("0.1.0-draft.1", profile("http://t.cn/x"), name="cn.trial.only", canonical="http://t.cn")
    )
    return store


RELEASES = [f"{OTHER}#1.0.0", f"{NAME}#2022.0.0"]
QUESTIONS = (
    ({}, RELEASES),
    ({"name": "example"}, RELEASES),
    ({"name": "OTHER"}, RELEASES[:1]),
    ({"name": "trial"}, []),
    ({"pkgcanonical": CANONICAL}, RELEASES[1:]),
    ({"pkgcanonical": "http://other.cn/fhir"}, RELEASES[:1]),
    ({"pkgcanonical": "http://other.cn/fhir/"}, RELEASES[:1]),
    ({"pkgcanonical": "http://other.cn"}, []),
    ({"pkgcanonical": "http://other.cn%"}, RELEASES[:1]),
    ({"canonical": PROFILE}, RELEASES[1:]),
    ({"canonical": f"{PROFILE}|2021.0.0"}, [f"{NAME}#2021.0.0"]),
    ({"canonical": f"{CANONICAL}/ValueSet/new"}, RELEASES[1:]),
    ({"canonical": f"{CANONICAL}/ValueSet"}, []),
    ({"canonical": PROFILE, "name": "other"}, []),
    ({"fhirversion": "4.0.1"}, RELEASES[1:]),
    ({"fhirversion": "4.0"}, RELEASES[1:]),
    ({"fhirversion": "R5"}, RELEASES[:1]),
    ({"fhirversion": "4.1"}, []),
    ({"fhirversion": "0.1"}, []),
    ({"dependency": NAME}, RELEASES[:1]),
    ({"dependency": f"{NAME}|2021.0.0"}, RELEASES[:1]),
    ({"dependency": f"{NAME}#2021.0.0"}, RELEASES[:1]),
    ({"dependency": f"{NAME}|2022.0.0"}, []),
    ({"prerelease": True}, [f"{OTHER}#1.0.0", f"{NAME}#2023.0.0-draft.1", "cn.trial.only#0.1.0-draft.1"]),
    ({"prerelease": True, "canonical": PROFILE}, [f"{NAME}#2023.0.0-draft.1"]),
)


@pytest.mark.parametrize(("question", "expected"), QUESTIONS, ids=str)
async def test_the_newest_version_of_each_package_that_meets_all_is_found(filled, question, expected):
    assert [f"{each.name}#{each.version}" for each in await find(Held(lambda: filled), Search(**question))] == expected


def test_what_is_not_understood_is_refused_with_what_is_known():
    with pytest.raises(Refused) as caught:
        search_of({"op": "search", "prerelease": "maybe", "sort": "x"}, prerelease=False)
    assert [each.en for each in caught.value.sentences] == [
        "the catalogue has no parameter 'sort'; "
        "it has canonical, dependency, fhirversion, name, op, pkgcanonical, prerelease",
        "op is 'search'; expected find",
        "prerelease is 'maybe'; expected true, false",
    ]


def test_versions_for_trial_count_only_where_they_are_and_unless_they_are_declined():
    asked = [
        search_of({"prerelease": says} if says else {}, prerelease=at).prerelease
        for at in (True, False)
        for says in ("", "true", "false")
    ]
    assert asked == [True, True, False, False, False, False]

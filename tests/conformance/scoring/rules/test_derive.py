from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

from conformance.scoring.rules.derive import derive
from conformance.scoring.rules.model import RuleList, rule_list_of
from fhir_kernel.resource import Resource
from plumbline.sample.editions import editions, package_folder
from plumbline.wiring import build_validator
from tests.conformance.scoring.rules.world import scoring
from tests.conformance.validator.world import (
    CORE,
    binding,
    constraint,
    core_validator,
    element,
    of_type,
    profile,
    sliced,
)

OF_EVERY_RECORD = {":base", ":identity", ":life", ":order", ":profile", ":timely", ":volume"}
SCORING_RULE = "http://hl7.org/fhir/tools/StructureDefinition/scoring-rule"


def rules_of(*elements: Resource, on: str = "Patient", **more: object) -> dict[str, tuple[str, str]]:
    """By id, without the canonical, the severity and dimension of what a profile asks of elements."""
    rows = scoring(profile(on, *elements, **more)).rules.rules
    found = {each.id.partition("#")[2]: (each.severity, each.dimension) for each in rows}
    assert found.keys() >= OF_EVERY_RECORD
    return {id_: graded for id_, graded in found.items() if id_ not in OF_EVERY_RECORD}


def test_a_profile_that_asks_nothing_has_the_rules_of_every_record() -> None:
    assert rules_of() == {}
    graded = {each.kind: (each.severity, each.dimension) for each in scoring(profile("Patient")).rules.rules}
    assert graded == {
        "base": ("critical", "D1"),
        "identity": ("critical", "D4"),
        "life": ("critical", "D4"),
        "order": ("major", "D4"),
        "profile": ("major", "D1"),
        "timely": ("major", "D5"),
        "volume": ("major", "D3"),
    }


def test_the_volume_is_one_rule_for_all_versions_of_a_profile() -> None:
    url = profile("Patient")["url"]
    lists = [scoring(profile("Patient", version=version)).rules for version in ("1.0.0", "2.0.0")]
    assert all(f"{url}#:volume" in each.places for each in lists)
    assert f"{url}|2.0.0#:base" in lists[1].places


@pytest.mark.parametrize(
    ("asked", "rules"),
    [
        (element("Patient.name", min=1), {"Patient.name:min": ("major", "D1")}),
        (element("Patient.photo", max="0"), {"Patient.photo:max": ("major", "D1")}),
        (element("Patient.birthDate", mustSupport=True), {"Patient.birthDate:must-support": ("minor", "D3")}),
        (element("Patient.name.family", min=1), {"Patient.name.family:min": ("major", "D1")}),
        (element("Patient.language", binding=binding("required", "x")), {"Patient.language:binding": ("major", "D2")}),
        (
            element("Patient.maritalStatus", binding=binding("extensible", "x")),
            {"Patient.maritalStatus:binding": ("minor", "D2")},
        ),
        (
            element("Patient", constraint=[constraint("born", "birthDate.exists()")]),
            {"Patient:invariant:born": ("major", "D1")},
        ),
        (
            element("Patient.name", constraint=[constraint("full", "text.exists()", "warning")]),
            {"Patient.name:invariant:full": ("minor", "D1")},
        ),
        (
            element("Patient.generalPractitioner", type=of_type("Reference", targets=[f"{CORE}/Practitioner"])),
            {"Patient.generalPractitioner:reference": ("major", "D1")},
        ),
    ],
)
def test_what_a_profile_asks_beyond_r4_is_a_rule_each(asked: Resource, rules: dict[str, tuple[str, str]]) -> None:
    assert rules_of(asked) == rules


def test_what_r4_asks_itself_is_no_rule_of_its_own() -> None:
    repeated = element("Observation.status", min=1)
    assert rules_of(repeated, element("Observation.method", max="1"), on="Observation") == {}


def test_what_a_base_profile_asks_counts_for_those_upon_it() -> None:
    base = profile("Patient", element("Patient.name", min=1), name="base")
    upon = profile("Patient", element("Patient.gender", min=1), base=base["url"])
    ids = scoring(upon, base).rules.places
    assert {id_.partition("#")[2] for id_ in ids} - OF_EVERY_RECORD == {"Patient.name:min", "Patient.gender:min"}


def test_all_that_is_asked_within_a_slice_counts_to_the_slice() -> None:
    rows = (
        sliced("Patient.identifier", "value:system"),
        element("Patient.identifier:card", min=1),
        element("Patient.identifier:card.system", fixedUri="urn:card", min=1),
        element("Patient.identifier:card.value", min=1, mustSupport=True),
    )
    assert rules_of(*rows).keys() - {"Patient.identifier:min"} == {"Patient.identifier:slice:card"}


def test_a_reason_for_absence_need_not_be_filled() -> None:
    rows = [element(f"Observation.{name}", mustSupport=True) for name in ("value[x]", "dataAbsentReason")]
    assert rules_of(*rows, on="Observation").keys() == {"Observation.value[x]:must-support"}


def test_the_profile_gives_weights() -> None:
    def weighed(value: object, *names: str) -> Resource:
        parts = [{"url": "value", "valueDecimal": value}, *({"url": "rule", "valueString": each} for each in names)]
        return {"url": SCORING_RULE, "extension": [{"url": "key", "valueId": "k"}, *parts]}

    row = element(
        "Patient.name",
        min=1,
        extension=[weighed(Decimal("2.5")), weighed(4, "full")],
        constraint=[constraint("full", "text.exists()")],
    )
    found = {each.id.partition("#")[2]: each.weight for each in scoring(profile("Patient", row)).rules.rules}
    assert (found["Patient.name:min"], found["Patient.name:invariant:full"], found[":base"]) == (2.5, 4.0, 1.0)


def test_a_list_is_named_by_its_content_and_can_be_kept() -> None:
    one, other = (scoring(profile("Patient", element("Patient.name", min=1), title=title)).rules for title in "ab")
    assert one.digest != other.digest
    assert len(one.digest) == 16
    again = rule_list_of(one.document())
    assert (again, again.digest) == (one, one.digest)


@cache
def sample() -> dict[str, RuleList]:
    edition = editions()[0]
    validator = build_validator(load=[str(package_folder(edition))])
    types = {"patient": "Patient", "laboratory-result": "Observation", "vital-signs": "Observation"}
    return {name: derive(edition.profile(name), kind, validator).list for name, kind in types.items()}


def test_the_profiles_of_the_sample_standard_are_taken_apart() -> None:
    ids = {name: {id_.partition("#")[2] for id_ in rules.places} for name, rules in sample().items()}
    assert ids["patient"] >= {"Patient.birthDate:min", "Patient.identifier:slice:identityNumber"}
    assert ids["laboratory-result"] >= {"Observation.component:max", "Observation.code:binding"}
    assert "Observation.component:invariant:vs-3" in ids["vital-signs"]


def test_what_a_profile_of_r4_would_have_filled_is_no_demand_of_the_standard() -> None:
    assert not [each for each in sample()["vital-signs"].rules if each.kind == "must-support"]


def test_every_rule_is_told_in_both_languages() -> None:
    for rules in sample().values():
        assert [each.id for each in rules.rules] == sorted(rules.places)
        for each in rules.rules:
            assert all((each.title.en, each.title.zh, each.fix.en, each.fix.zh))
            assert "{" not in each.title.en + each.title.zh + each.fix.en + each.fix.zh
    born = next(each for each in sample()["patient"].rules if each.key == "pls-pat-1")
    assert "/" not in born.title.en
    assert "出生日期" in born.title.zh


def test_a_profile_that_cannot_be_used_leaves_the_rules_of_every_record() -> None:
    found = derive("http://example.org/nothing|1", "Patient", core_validator())
    assert {each.kind for each in found.list.rules} == {id_[1:] for id_ in OF_EVERY_RECORD}

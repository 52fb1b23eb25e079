"""The validator as a whole: profiles of a resource, policy, report, places in the source."""

from __future__ import annotations

import json
import linecache
import traceback
from typing import Any

import pytest

from conformance.validator import Policy, Report, Validator
from fhir_kernel.codec.xml_codec import to_xml
from fhir_kernel.issues import issue
from fhir_kernel.resource import Resource
from terminology.local import LocalCodes
from tests.conformance.validator.world import (
    CORE,
    HOME,
    OBSERVATION,
    PATIENT,
    check_core,
    core,
    core_validator,
    element,
    places,
    profile,
    the,
    world,
)

NAMED = profile("Patient", element("Patient.name", min=1), name="named")
BORN = profile("Patient", element("Patient.birthDate", min=1), name="born")
VITAL = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}
HEIGHT = {
    "resourceType": "Observation",
    "status": "final",
    "category": [VITAL],
    "code": {"coding": [{"system": "http://loinc.org", "code": "8302-2"}]},
    "subject": {"reference": "Patient/1"},
    "effectiveDateTime": "2020-01-01",
    "valueQuantity": {"value": 170, "unit": "cm", "system": "http://unitsofmeasure.org", "code": "cm"},
}


def stating(*profiles: str) -> Resource:
    return PATIENT | {"meta": {"profile": list(profiles)}}


def test_the_profiles_that_a_resource_states_are_asked_of_it() -> None:
    assert places(check_core(stating(NAMED["url"]), NAMED)) == [("cardinality.min", "Patient")]


def test_a_profile_that_is_stated_and_asked_for_is_told_of_once() -> None:
    issues = world(NAMED).validate(stating(NAMED["url"]), [NAMED["url"], NAMED["url"]])
    assert places(issues) == [("cardinality.min", "Patient")]


def test_the_version_of_a_stated_profile_is_the_one_that_is_asked() -> None:
    newer = profile("Patient", element("Patient.birthDate", min=1), name="named", version="2.0.0")
    url = NAMED["url"]
    for version, missing in (("1.0.0", "Patient.name"), ("2.0.0", "Patient.birthDate")):
        found = the(check_core(stating(f"{url}|{version}"), NAMED, newer), "cardinality.min")
        assert (found.element, found.profile) == (missing, f"{url}|{version}")
    assert the(check_core(stating(url), NAMED, newer), "cardinality.min").element == "Patient.birthDate"


def test_a_version_that_is_not_loaded_is_told_and_not_replaced() -> None:
    found = the(check_core(stating(f"{NAMED['url']}|9.9"), NAMED), "profile.unknown")
    assert (found.path, found.severity) == ("Patient.meta.profile[0]", "warning")


@pytest.mark.parametrize("level", ["error", "warning", "information", "ignore"])
def test_the_policy_says_how_bad_an_unknown_profile_is(level: Any) -> None:
    issues = check_core(stating("http://nowhere.test/none"), policy=Policy(unknown_profile=level))
    assert [each.severity for each in issues] == ([] if level == "ignore" else [level])


def test_a_profile_that_is_asked_for_must_be_known() -> None:
    found = the(core_validator().validate(PATIENT, [f"{CORE}/patiant"]).issues, "profile.unknown")
    assert found.severity == "error"
    assert f"{CORE}/Patient" in found.text()


def test_a_value_set_is_no_profile() -> None:
    found = the(check_core(stating("http://hl7.org/fhir/ValueSet/administrative-gender")), "profile.not-a-profile")
    assert (found.path, found.params["found"]) == ("Patient.meta.profile[0]", "ValueSet")


@pytest.mark.parametrize("stated", [1, "x", {}, [None], [1], [[]], [{}], [""], ["|"], ["#"], [" "], ["a|b#c"]])
def test_stated_profiles_of_a_wrong_shape_are_told(stated: Any) -> None:
    assert check_core(PATIENT | {"meta": {"profile": stated}}) != []


def test_a_vital_sign_is_held_to_its_profile_unasked() -> None:
    assert places(check_core(HEIGHT)) == []
    found = check_core({**HEIGHT, "valueQuantity": HEIGHT["valueQuantity"] | {"code": "kg"}})
    assert any(each.is_error and each.profile.startswith(f"{CORE}/bodyheight") for each in found)


def test_the_policy_may_leave_the_vital_signs_alone() -> None:
    bare = OBSERVATION | {"code": HEIGHT["code"]}
    assert places(check_core(bare)) != []
    assert places(check_core(bare, policy=Policy(imposed_profiles=False))) == []


def test_a_guide_imposes_its_global_profiles() -> None:
    guide = {
        "resourceType": "ImplementationGuide",
        "url": f"{HOME}/ImplementationGuide/guide",
        "name": "Guide",
        "status": "active",
        "packageId": "guide",
        "fhirVersion": ["4.0.1"],
        "global": [{"type": "Patient", "profile": NAMED["url"]}],
    }
    assert places(check_core(PATIENT, NAMED, guide)) == [("cardinality.min", "Patient")]
    assert places(check_core(OBSERVATION, NAMED, guide)) == []


def test_each_resource_of_a_bundle_is_held_to_its_own_profiles() -> None:
    patients = (stating(NAMED["url"]), stating(BORN["url"]), PATIENT)
    rows = [
        {"fullUrl": f"http://server.test/Patient/{at}", "resource": each | {"id": str(at)}}
        for at, each in enumerate(patients)
    ]
    found = check_core({"resourceType": "Bundle", "type": "collection", "entry": rows}, NAMED, BORN)
    assert [(each.path, each.element) for each in found] == [
        ("Bundle.entry[0].resource", "Patient.name"),
        ("Bundle.entry[1].resource", "Patient.birthDate"),
    ]


def test_the_resources_of_parameters_are_held_to_their_profiles() -> None:
    part = {"name": "b", "part": [{"name": "c", "resource": stating(NAMED["url"])}]}
    assert places(check_core({"resourceType": "Parameters", "parameter": [part]}, NAMED)) == [
        ("cardinality.min", "Parameters.parameter[0].part[0].resource")
    ]


def test_a_profile_derived_from_itself_is_told() -> None:
    first = profile("Patient", name="first", base=f"{HOME}/StructureDefinition/second")
    second = profile("Patient", name="second", base=first["url"])
    found = the(world(first, second).validate(PATIENT, [first["url"]]).issues, "profile.broken")
    assert "itself" in found.text()


@pytest.mark.parametrize(
    "changes",
    [
        {"differential": {"element": [element("Patient.nonesuch", min=1)]}},
        {"differential": {"element": [element("Observation.code", min=1)]}},
        {"differential": {"element": [element("Patient.name", min=3, max="1")]}},
        {"differential": {"element": [{"id": "Patient.name"}]}},
        {"differential": {"element": ["x"]}},
        {"differential": {"element": "x"}},
        {"differential": {}},
        {"differential": None},
        {"baseDefinition": "http://nowhere.test/base"},
        {"baseDefinition": None},
        {"type": "Nothing"},
        {"type": None},
        {"snapshot": {"element": []}},
        {"snapshot": {"element": [{"id": "Patient", "path": "Patient"}]}},
        {"snapshot": {"element": [{"id": "Patient", "path": "Patient"}, {"path": "Patient.name"}]}},
        {"snapshot": {"element": [{}]}},
        {"snapshot": {"element": [None]}},
        {"snapshot": 1},
        {"kind": None},
        {"kind": "logical"},
        {"derivation": "specialization"},
        {"derivation": None},
    ],
)
def test_a_profile_that_cannot_be_used_is_an_issue(changes: Resource) -> None:
    broken = profile("Patient", element("Patient.name", min=1)) | changes
    report = world({key: value for key, value in broken.items() if value is not None}).validate(
        PATIENT, [broken["url"]]
    )
    assert isinstance(report, Report)
    assert all("\n" not in each.text() for each in report.issues)


@pytest.mark.parametrize(
    "facets",
    [
        {"max": "x"},
        {"min": "x"},
        {"min": -1},
        {"max": "-1"},
        {"type": [{"code": "Nothing"}]},
        {"type": [{}]},
        {"type": "HumanName"},
        {"type": [{"code": "HumanName", "profile": "x"}]},
        {"type": [{"code": "HumanName", "profile": [1]}]},
        {"type": [{"code": "HumanName", "targetProfile": [1]}]},
        {"constraint": [{}]},
        {"constraint": [{"key": "a", "severity": "error", "human": "x", "expression": 1}]},
        {"constraint": [{"key": "a", "severity": "nonsense", "human": "x", "expression": "false"}]},
        {"constraint": "x"},
        {"binding": {}},
        {"binding": "x"},
        {"binding": {"strength": "required", "valueSet": 1}},
        {"binding": {"strength": "nonsense", "valueSet": "http://x.test"}},
        {"slicing": {}},
        {"slicing": {"rules": "nonsense", "discriminator": [{"type": "nonsense", "path": "x"}]}},
        {"slicing": {"rules": "open", "discriminator": [{}]}},
        {"slicing": {"rules": "open", "discriminator": "x"}},
        {"contentReference": "#Patient.nonesuch"},
        {"contentReference": 1},
        {"maxLength": "x"},
        {"patternHumanName": "x"},
        {"minValueQuantity": {"value": "x", "code": "a"}},
    ],
)
def test_a_facet_that_cannot_be_used_is_an_issue(facets: Resource) -> None:
    named = PATIENT | {"name": [{"family": "x"}], "birthDate": "1970-01-01"}
    for path in ("Patient.name", "Patient.birthDate"):
        broken = profile("Patient", element(path, **facets), element("Patient.name:a"))
        report = world(broken).validate(named, [broken["url"]])
        assert all("\n" not in each.text() for each in report.issues)


def test_what_is_wrong_in_a_profile_is_told_with_its_place() -> None:
    broken = profile("Patient", element("Patient.name", maxLength="x"))
    found = the(world(broken).validate(PATIENT, [broken["url"]]).issues, "profile.broken")
    assert "StructureDefinition.differential.element[0].maxLength" in found.text()
    assert found.params["url"] == broken["url"]
    headless = broken | {"snapshot": {"element": [{"id": "Patient", "path": "Patient"}, {}]}}
    found = the(world(headless).validate(PATIENT, [broken["url"]]).issues, "profile.broken")
    assert "StructureDefinition.snapshot.element[1]" in found.text()


def test_a_profile_of_a_broken_profile_is_told_which_is_broken() -> None:
    base = profile("Patient", name="base") | {"snapshot": {"element": [{"id": "Patient", "path": "Patient"}, 1]}}
    derived = profile("Patient", element("Patient.name", min=1), name="derived", base=base["url"])
    found = the(world(derived, base).validate(PATIENT, [derived["url"]]).issues, "profile.broken")
    assert found.params["url"] == derived["url"]


def test_a_report_tells_whether_all_is_well() -> None:
    good = core_validator().validate(PATIENT)
    assert (good.valid, good.worst(), good.resource_type, good.name) == (True, None, "Patient", "")
    bad = core_validator().validate_bytes(b'{"resourceType": "Patient", "gender": "man"}', name="a.json")
    assert (bad.valid, bad.worst(), bad.resource_type, bad.name) == (False, "error", "Patient", "a.json")


def test_a_report_with_warnings_is_valid() -> None:
    report = Report((issue("profile.unknown", "Patient", url="x", near=""),))
    assert (report.valid, report.worst()) == (True, "warning")


def test_a_report_is_an_operation_outcome() -> None:
    outcome = core_validator().validate(PATIENT | {"gender": "man"}).to_operation_outcome()
    assert outcome["resourceType"] == "OperationOutcome"
    (row,) = outcome["issue"]
    assert (row["severity"], row["code"], row["expression"]) == ("error", "code-invalid", ["Patient.gender"])
    assert row["details"]["coding"][0]["code"] == "binding.required"
    assert places(core_validator().validate(outcome)) == []
    assert places(core_validator().validate(core_validator().validate(PATIENT).to_operation_outcome())) == []


def test_issues_in_json_tell_line_and_column() -> None:
    lines = (
        "{",
        '"resourceType": "Patient",',
        '"name": [',
        '{"family": "a"},',
        '{"famly": "b"}',
        "],",
        '"gender": "man"}',
    )
    text = "\n".join(lines).encode()
    found = core_validator().validate_bytes(text).issues
    assert [(each.path, each.line) for each in found] == [("Patient.name[1].famly", 5), ("Patient.gender", 7)]
    assert all(each.column for each in found)


def test_issues_in_xml_tell_line_and_column() -> None:
    text = b'<Patient xmlns="http://hl7.org/fhir">\n  <active value="maybe"/>\n  <gender value="man"/>\n</Patient>'
    found = core_validator().validate_bytes(text).issues
    assert [(each.path, each.line) for each in found] == [("Patient.active", 2), ("Patient.gender", 3)]
    assert [each.column for each in found] == [3, 3]


def test_xml_and_json_of_one_resource_have_the_same_issues() -> None:
    bad = {
        **HEIGHT,
        "valueQuantity": {"value": 1, "code": "kg", "system": "http://unitsofmeasure.org"},
        "note": [{"text": "x", "time": "2020-01-01T10:00:00"}],
    }
    as_json = core_validator().validate_bytes(json.dumps(bad).encode())
    as_xml = core_validator().validate_bytes(to_xml(bad, core().model))
    assert facts(as_json) == facts(as_xml)
    assert not as_json.valid


def facts(report: Report) -> list[tuple[Any, ...]]:
    return sorted((each.id, each.path, each.severity, each.rule, each.profile) for each in report.issues)


def test_a_missing_element_is_placed_at_what_should_hold_it() -> None:
    (found,) = (
        core_validator().validate_bytes(b'{"resourceType":"Patient",\n"communication":[{"preferred":true}]}').issues
    )
    assert (found.path, found.line) == ("Patient.communication[0]", 2)


def test_the_same_validator_gives_the_same_answer_again() -> None:
    validator = world(NAMED)
    first, second = (validator.validate(stating(NAMED["url"]) | {"gender": "man"}).issues for _ in range(2))
    assert first == second


def test_a_resource_is_not_changed() -> None:
    before = json.dumps(HEIGHT)
    core_validator().validate(HEIGHT, [f"{CORE}/bodyheight"])
    assert json.dumps(HEIGHT) == before


def test_generated_code_can_be_read() -> None:
    world(NAMED).validate(PATIENT, [NAMED["url"]])
    lines = linecache.getlines("<plumbline check_Patient>")
    assert lines[0] == "def check_Patient(v, at, run):\n"


def test_a_traceback_shows_the_line_of_generated_code() -> None:
    class Unplugged(LocalCodes):
        def system_fault(self, system: str) -> Any:
            raise ConnectionError("no terminology")

    with pytest.raises(ConnectionError) as caught:
        Validator(core(), Unplugged(core())).validate(HEIGHT)
    shown = "".join(traceback.format_exception(caught.value))
    assert "<plumbline check_Coding>" in shown
    assert "coding(v, at, run)" in shown

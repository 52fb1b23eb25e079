"""The cases of https://hl7.org/fhir/R4/fhirpatch.html and of what it leaves to be understood."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.codec.xml_codec import to_xml
from fhir_server.outcomes import RequestRefused
from fhir_server.patch.apply import apply_patch
from fhir_server.patch.limits import PatchLimits

FORMAT = "application/fhir+json"


def operation(type_: str, path: str, **parts: Any) -> dict[str, Any]:
    """An operation; a value is given as `valueDate="1930"` or, in parts, as `value=[…]`."""
    rows: list[dict[str, Any]] = [{"name": "type", "valueCode": type_}, {"name": "path", "valueString": path}]
    value: dict[str, Any] = {"name": "value"}
    for name, each in parts.items():
        if name == "name":
            rows.append({"name": "name", "valueString": each})
        elif name in ("index", "source", "destination"):
            rows.append({"name": name, "valueInteger": each})
        else:
            value["part" if name == "value" else name] = each
    return {"name": "operation", "part": [*rows, *([value] if len(value) > 1 else [])]}


def parameters(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": list(operations)}


def patient(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **elements}


def identifiers(*values: int) -> list[dict[str, Any]]:
    return [{"system": "http://example.org", "value": f"value {each}"} for each in values]


CONTACT = {"name": {"text": "a name"}, "gender": "male"}
MARRIED = {"id": "1", "text": "married"}
SINGLE = {"id": "2", "text": "not married"}
THREE = patient(identifier=identifiers(1, 2, 3))
FOUR = patient(identifier=identifiers(1, 2, 3, 4))
NEW = identifiers(3)[0]


def inserted(index: int) -> dict[str, Any]:
    return operation("insert", "Patient.identifier", index=index, valueIdentifier=NEW)


def moved(source: int, destination: int) -> dict[str, Any]:
    return operation("move", "Patient.identifier", source=source, destination=destination)


CASES = [
    (patient(birthDate="1920-01-01"), [], patient(birthDate="1920-01-01")),
    (
        patient(birthDate="1920-01-01"),
        [operation("replace", "Patient.birthDate", valueDate="1930-01-01")],
        patient(birthDate="1930-01-01"),
    ),
    (patient(birthDate="1920-01-01"), [operation("delete", "Patient.birthDate")], patient()),
    (
        patient(),
        [operation("add", "Patient", name="birthDate", valueDate="1930-01-01")],
        patient(birthDate="1930-01-01"),
    ),
    (
        patient(contact=[CONTACT]),
        [operation("replace", "Patient.contact[0].gender", valueCode="female")],
        patient(contact=[{**CONTACT, "gender": "female"}]),
    ),
    (
        patient(contact=[CONTACT]),
        [operation("replace", "Patient.contact[0].name.text", valueString="the name")],
        patient(contact=[{**CONTACT, "name": {"text": "the name"}}]),
    ),
    (
        patient(contact=[CONTACT]),
        [operation("delete", "Patient.contact[0].gender")],
        patient(contact=[{"name": {"text": "a name"}}]),
    ),
    (
        patient(contact=[CONTACT]),
        [operation("delete", "Patient.contact[0].name.text")],
        patient(contact=[{"gender": "male"}]),
    ),
    (
        patient(contact=[{"name": {"text": "a name"}}]),
        [operation("add", "Patient.contact[0]", name="gender", valueCode="male")],
        patient(contact=[CONTACT]),
    ),
    (
        patient(),
        [operation("add", "Patient", name="maritalStatus", valueCodeableConcept={"text": "married"})],
        patient(maritalStatus={"text": "married"}),
    ),
    (
        patient(maritalStatus=MARRIED),
        [operation("replace", "Patient.maritalStatus", valueCodeableConcept=SINGLE)],
        patient(maritalStatus=SINGLE),
    ),
    (patient(maritalStatus=MARRIED), [operation("delete", "Patient.maritalStatus")], patient()),
    (
        patient(),
        [operation("add", "Patient", name="contact", value=[{"name": "name", "valueHumanName": {"text": "a name"}}])],
        patient(contact=[{"name": {"text": "a name"}}]),
    ),
    (patient(contact=[CONTACT]), [operation("delete", "Patient.contact[0]")], patient()),
    (THREE, [], THREE),
    (
        patient(identifier=identifiers(1, 2)),
        [
            operation("replace", "Patient.identifier[0].value", valueString="value 2"),
            operation("replace", "Patient.identifier[1].value", valueString="value 1"),
        ],
        patient(identifier=identifiers(2, 1)),
    ),
    (patient(identifier=identifiers(1, 2)), [inserted(2)], patient(identifier=identifiers(1, 2, 3))),
    (patient(identifier=identifiers(1, 2)), [inserted(1)], patient(identifier=identifiers(1, 3, 2))),
    (patient(identifier=identifiers(1, 2)), [inserted(0)], patient(identifier=identifiers(3, 1, 2))),
    (THREE, [operation("delete", "Patient.identifier[0]")], patient(identifier=identifiers(2, 3))),
    (THREE, [operation("delete", "Patient.identifier[1]")], patient(identifier=identifiers(1, 3))),
    (THREE, [operation("delete", "Patient.identifier[2]")], patient(identifier=identifiers(1, 2))),
    (FOUR, [moved(3, 1)], patient(identifier=identifiers(1, 4, 2, 3))),
    (FOUR, [moved(3, 0)], patient(identifier=identifiers(4, 1, 2, 3))),
    (FOUR, [moved(3, 2)], patient(identifier=identifiers(1, 2, 4, 3))),
    (FOUR, [moved(0, 3)], patient(identifier=identifiers(2, 3, 4, 1))),
    (FOUR, [moved(1, 0), moved(2, 1)], patient(identifier=identifiers(2, 3, 1, 4))),
    (FOUR, [moved(3, 0), moved(3, 1), moved(3, 2)], patient(identifier=identifiers(4, 3, 2, 1))),
    (
        patient(),
        [operation("add", "Patient", name="identifier", valueIdentifier=NEW)],
        patient(identifier=[NEW]),
    ),
]


@pytest.mark.parametrize(("before", "operations", "after"), CASES)
def test_the_examples_of_the_specification_come_out_as_it_says(
    patch: Any, model: Any, before: Any, operations: Any, after: Any
) -> None:
    sent = parameters(*operations) if operations else {"resourceType": "Parameters"}
    assert patch(before, sent) == after
    assert patch(before, to_xml(sent, model), "application/fhir+xml") == after
    assert patch(before, to_xml(sent, model), "application/xml") == after


def test_the_narrative_is_replaced_by_text(patch: Any) -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml">%s</div>'
    before = patient(text={"status": "generated", "div": div % "Chalmers"}, name=[{"family": "Chalmers"}])
    operations = (
        operation("replace", "Patient.text.div", valueString=div % "Chalmers1"),
        operation("replace", "Patient.name[0].family", valueString="Chalmers1"),
    )
    after = patient(text={"status": "generated", "div": div % "Chalmers1"}, name=[{"family": "Chalmers1"}])
    assert patch(before, parameters(*operations)) == after


NAMED = patient(
    id="p",
    name=[
        {"use": "official", "family": "Wang", "given": ["Wei", "Ming"], "_given": [None, {"id": "g"}]},
        {"use": "usual", "given": ["Wei"]},
    ],
    birthDate="1974-12-25",
    _birthDate={"extension": [{"url": "http://example.org/time", "valueDateTime": "1974-12-25T14:35:45Z"}]},
    deceasedBoolean=False,
    contained=[{"resourceType": "Organization", "id": "o", "name": "Hospital"}],
    managingOrganization={"reference": "#o"},
)


def changed(patch: Any, *operations: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = patch(NAMED, parameters(*operations))
    return {key: made.get(key) for key in {*made, *NAMED} if made.get(key) != NAMED.get(key)}


def test_an_element_is_found_by_what_it_holds(patch: Any) -> None:
    made = changed(patch, operation("replace", "Patient.name.where(use = 'official').family", valueString="Li"))
    assert made == {"name": [{**NAMED["name"][0], "family": "Li"}, NAMED["name"][1]]}


def test_equal_primitives_are_told_apart_by_their_places(patch: Any) -> None:
    made = changed(patch, operation("replace", "name[1].given[0]", valueString="Fang"))
    assert made == {"name": [NAMED["name"][0], {"use": "usual", "given": ["Fang"]}]}


def test_ids_and_extensions_stay_with_their_primitives(patch: Any) -> None:
    made = changed(patch, operation("insert", "Patient.name[0].given", index=0, valueString="Xiao"))
    first = made["name"][0]
    assert (first["given"], first["_given"]) == (["Xiao", "Wei", "Ming"], [None, None, {"id": "g"}])
    made = changed(patch, operation("move", "Patient.name[0].given", source=1, destination=0))
    assert (made["name"][0]["given"], made["name"][0]["_given"]) == (["Ming", "Wei"], [{"id": "g"}, None])
    made = changed(patch, operation("delete", "Patient.name[0].given[1]"))
    assert made["name"][0] == {"use": "official", "family": "Wang", "given": ["Wei"]}


def test_an_extension_of_a_primitive_can_go_and_the_value_stays(patch: Any) -> None:
    made = changed(patch, operation("delete", "Patient.birthDate.extension[0]"))
    assert made == {"_birthDate": None}


def test_an_extension_is_added_to_a_primitive(patch: Any) -> None:
    value = [{"name": "url", "valueUri": "http://example.org/x"}, {"name": "value", "valueBoolean": True}]
    made = changed(patch, operation("add", "Patient.birthDate", name="extension", value=value))
    assert made["_birthDate"]["extension"][1] == {"url": "http://example.org/x", "valueBoolean": True}


def test_replacing_a_primitive_replaces_its_extensions(patch: Any) -> None:
    value = {"id": "b"}
    made = changed(patch, operation("replace", "Patient.birthDate", valueDate="1975", _valueDate=value))
    assert made == {"birthDate": "1975", "_birthDate": {"id": "b"}}


def test_a_choice_takes_any_of_its_types(patch: Any) -> None:
    made = changed(patch, operation("replace", "Patient.deceased", valueDateTime="2024-01-01"))
    assert made == {"deceasedBoolean": None, "deceasedDateTime": "2024-01-01"}
    made = changed(patch, operation("add", "Patient", name="multipleBirth", valueInteger=2))
    assert made == {"multipleBirthInteger": 2}
    made = changed(patch, operation("add", "Patient", name="multipleBirthBoolean", valueBoolean=True))
    assert made == {"multipleBirthBoolean": True}


def test_contained_resources_are_part_of_the_resource(patch: Any) -> None:
    made = changed(patch, operation("replace", "Patient.managingOrganization.resolve().name", valueString="Clinic"))
    assert made["contained"][0]["name"] == "Clinic"
    new = {"resourceType": "Organization", "id": "n"}
    made = changed(patch, operation("add", "Patient", name="contained", resource=new))
    assert made["contained"][1] == new


def test_parts_may_be_made_of_parts(patch: Any) -> None:
    code = {"name": "code", "valueCodeableConcept": {"text": "pulse"}}
    low = {"name": "referenceRange", "part": [{"name": "low", "valueQuantity": {"value": Decimal("50.0")}}]}
    notes = [{"name": "interpretation", "valueCodeableConcept": {"text": each}} for each in ("a", "b")]
    path = operation("add", "Observation", name="component", value=[code, low, *notes])
    made = patch({"resourceType": "Observation"}, parameters(path))["component"][0]
    assert str(made["referenceRange"][0]["low"]["value"]) == "50.0"
    assert made["interpretation"] == [{"text": "a"}, {"text": "b"}]


def test_deleting_what_is_not_there_is_no_error(patch: Any) -> None:
    assert changed(patch, operation("delete", "Patient.maritalStatus")) == {}


def test_an_empty_list_can_be_inserted_into(patch: Any) -> None:
    made = patch(patient(), parameters(operation("insert", "Patient.name", index=0, valueHumanName={"text": "x"})))
    assert made == patient(name=[{"text": "x"}])


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (
            operation("add", "Patient.name.where(use = 'old').period", name="end", valueDate="2021"),
            "Operation 1 (add): the path 'Patient.name.where(use = 'old').period': it selects nothing",
        ),
        (operation("add", "Patient.name", name="text", valueString="x"), "it selects 2 elements; expected one"),
        (operation("delete", "Patient.name"), "it selects 2 elements; expected one"),
        (operation("add", "Patient", name="birthDate", valueDate="1990"), "has the element 'birthDate' already"),
        (operation("add", "Patient", name="deceased", valueDateTime="1990"), "'deceasedBoolean' already"),
        (operation("add", "Patient", name="born", valueDate="1990"), "Patient has no element 'born'; it has id, meta"),
        (operation("replace", "Patient.gender", valueCode="male"), "it selects nothing; expected one element"),
        (operation("replace", "Patient.birthDate", valueInteger=1), "the value is a valueInteger; 'birthDate' takes"),
        (operation("replace", "Patient.birthDate", valueQuantity={}), "'birthDate' takes valueDate"),
        (operation("replace", "Patient.name[0]", valueAddress={"text": "x"}), "'name' takes valueHumanName"),
        (operation("replace", "Patient.name[0]", resource={"resourceType": "Group"}), "the value is a resource"),
        (operation("add", "Patient", name="contact", valueString="x"), "parts, as Patient.contact is no data type"),
        (operation("add", "Patient", name="birthDate", value=[]), "'birthDate' takes valueDate"),
        (operation("replace", "Patient", resource=patient()), "it selects the resource itself"),
        (operation("delete", "Patient"), "it selects the resource itself"),
        (operation("replace", "Patient.name.count()", valueInteger=1), "a value that is no element of the resource"),
        (operation("replace", "'x'", valueString="y"), "a value that is no element of the resource"),
        (operation("insert", "Patient.name", index=3, valueHumanName={"text": "x"}), "index is 3, beyond the list"),
        (operation("insert", "Patient.birthDate", index=0, valueDate="1990"), "Patient.birthDate is no list"),
        (operation("insert", "Patient.name[0]", index=0, valueHumanName={}), "does not end in the name of a list"),
        (operation("move", "Patient.name", source=2, destination=0), "source is 2, beyond the list at 'Patient.name'"),
        (operation("move", "Patient.name", source=0, destination=2), "destination is 2"),
        (operation("move", "Patient.address", source=0, destination=0), "it has no elements"),
        (operation("replace", "Patient.id", valueId="q"), "'id' may not be changed"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(refused: Any, sent: Any, said: str) -> None:
    refusal = refused(NAMED, parameters(sent))
    assert said in str(refusal)
    assert refusal.status == 422


def without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {**row, "part": [each for each in row["part"] if each["name"] != name]}


REPLACE = operation("replace", "Patient.birthDate", valueDate="1990")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "it is an array; expected Parameters"),
        (patient(), "its resourceType is 'Patient'; expected Parameters"),
        ({"resourceType": "Parameters", "parameter": [1]}, "Operation 1: the parameter is named None"),
        (parameters({"name": "op"}), "Operation 1: the parameter is named 'op'; expected 'operation'"),
        (parameters(without(REPLACE, "type")), "the part 'type' is missing; it has path, value"),
        (parameters(without(REPLACE, "path")), "Operation 1 (replace): the part 'path' is missing"),
        (parameters(without(REPLACE, "value")), "the part 'value' is missing"),
        (parameters(REPLACE, operation("upsert", "Patient")), "Operation 2: its type is 'upsert'; expected one of add"),
        (parameters(operation("replace", "Patient.", valueDate="1990")), "is no FHIRPath that can be used"),
        (parameters(operation("replace", "x" * 5000, valueDate="1990")), "is no FHIRPath that can be used"),
        (parameters({**REPLACE, "part": [*REPLACE["part"], {"name": "at"}]}), "it has the part 'at'"),
        (parameters({**REPLACE, "part": REPLACE["part"] * 2}), "the part 'type' more than once"),
        (parameters(operation("insert", "Patient.name", valueHumanName={})), "the part 'index' is missing"),
        (parameters(operation("move", "Patient.name", source=-1, destination=0)), "a whole number from 0 on"),
        (parameters(operation("replace", "Patient.birthDate", valueDate={})), "the value is {}; expected a date"),
        (parameters(operation("add", "Patient", name="contact", value=[1])), "a part of the value is named None"),
    ],
)
def test_what_is_no_fhirpath_patch_is_a_bad_request(refused: Any, body: Any, said: str) -> None:
    refusal = refused(NAMED, body)
    assert said in str(refusal)
    assert refusal.status == 400


def test_a_refusal_points_at_the_operation(refused: Any) -> None:
    refusal = refused(NAMED, parameters(REPLACE, operation("replace", "Patient.gender", valueCode="male")))
    assert refusal.issues[0]["expression"] == ["Parameters.parameter[1]"]


def test_xml_that_is_no_parameters_is_a_bad_request(refused: Any) -> None:
    assert refused(NAMED, b"<x/>", "application/fhir+xml").status == 400
    assert refused(NAMED, b"<x", "application/xml").status == 400


def test_hostile_patches_stay_within_limits(refused: Any) -> None:
    few = PatchLimits(max_operations=2, max_steps=20)
    assert "3 operations; at most 2" in str(refused(NAMED, parameters(*[REPLACE] * 3), limits=few))
    wide = operation("delete", "Patient.descendants().descendants().descendants()")
    refusal = refused(NAMED, parameters(wide), limits=few)
    assert refusal.issues[0]["code"] == "too-costly"
    costly = operation("replace", "Patient.birthDate.where(%resource.descendants().count() > 0)", valueDate="1990")
    limits = PatchLimits(max_steps=100)
    assert refused(NAMED, parameters(*[costly] * 100), limits=limits).issues[0]["code"] == "too-costly"


GIVEN = st.lists(st.text("abc", min_size=1, max_size=2), min_size=1, max_size=4)
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.integers(0, 4), st.text("xyz", min_size=1, max_size=2)),
        st.tuples(st.just("delete"), st.integers(0, 4), st.just("")),
        st.tuples(st.just("replace"), st.integers(0, 4), st.text("xyz", min_size=1, max_size=2)),
        st.tuples(st.just("move"), st.integers(0, 4), st.integers(0, 4)),
    ),
    max_size=4,
)


@given(GIVEN, EDITS)
def test_a_list_is_edited_as_lists_are(model: Any, given: list[str], edits: list[Any]) -> None:
    expected, operations = list(given), []
    path = "Patient.name[0].given"
    for kind, at, more in edits:
        if kind == "insert" and at <= len(expected):
            expected.insert(at, more)
            operations.append(operation("insert", path, index=at, valueString=more))
        elif kind == "delete" and at < len(expected):
            del expected[at]
            operations.append(operation("delete", f"{path}[{at}]"))
        elif kind == "replace" and at < len(expected):
            expected[at] = more
            operations.append(operation("replace", f"{path}[{at}]", valueString=more))
        elif kind == "move" and max(at, more) < len(expected):
            expected.insert(more, expected.pop(at))
            operations.append(operation("move", path, source=at, destination=more))
    before = patient(name=[{"use": "usual", "given": given}])
    made = apply_patch(before, write_json(parameters(*operations)), FORMAT, model)
    assert made == patient(name=[{"use": "usual", **({"given": expected} if expected else {})}])


PATHS = st.sampled_from(
    ["Patient", "Patient.name", "name[0]", "Patient.birthDate", "name.given", "deceased", "%x", "("]
)
VALUES = st.sampled_from([{"valueString": "x"}, {"valueDate": "1990"}, {"value": []}, {"resource": patient()}, {}])


@given(st.sampled_from(["add", "insert", "delete", "replace", "move"]), PATHS, VALUES, st.integers(-1, 3))
def test_whatever_is_sent_gives_a_resource_or_a_reason(
    model: Any, type_: str, path: str, value: Any, index: int
) -> None:
    sent = operation(type_, path, name="text", index=index, source=index, destination=0, **value)
    try:
        made = apply_patch(NAMED, write_json(parameters(sent)), FORMAT, model)
    except RequestRefused as refusal:
        status = refusal.status
    else:
        status = 200
        assert (made["resourceType"], made["id"]) == ("Patient", "p")
    assert status in (200, 400, 422)

from __future__ import annotations

from decimal import Decimal

import pytest

from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.store.values import (
    ANY,
    EARLIEST,
    GREATEST,
    LEAST,
    CompositeValue,
    DateValue,
    NumberValue,
    PositionValue,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
)
from fhir_server.search.elements.intervals import interval
from fhir_server.search.index import SearchIndex
from tests.fhir_server.search.world import BASE, index, observation, patient

UCUM = "http://unitsofmeasure.org"


def values(resource, parameter):
    return list(index().values(resource).get(parameter, []))


def test_a_name_is_found_by_each_of_its_parts():
    made = patient("1", name=[{"family": "Łukasz", "given": ["Ana", "María"], "text": "张三"}])
    assert {each.folded for each in values(made, "name")} == {"łukasz", "ana", "maria", "张三"}
    assert values(made, "given") == [StringValue("ana", "Ana"), StringValue("maria", "María")]


def test_an_address_is_found_by_each_of_its_parts():
    made = patient("1", address=[{"line": ["9 Main St"], "city": "Ōsaka", "postalCode": "100"}])
    assert {each.folded for each in values(made, "address")} == {"9 main st", "osaka", "100"}


def test_a_concept_is_a_token_for_each_coding_and_one_for_its_text():
    made = observation(
        "1", code={"coding": [{"system": "http://loinc.org", "code": "1-8", "display": "Acyclovir"}], "text": "ACV"}
    )
    assert values(made, "code") == [TokenValue("http://loinc.org", "1-8", "acyclovir"), TokenValue("", "", "acv")]


def test_an_identifier_has_a_token_for_each_code_of_its_type():
    kind = {"coding": [{"system": "http://v2", "code": "MR"}, {"system": "http://own", "code": "7"}], "text": "Record"}
    made = patient("1", identifier=[{"system": "urn:oid:1", "value": "12345", "type": kind}, {"value": "9"}])
    assert values(made, "identifier") == [
        TokenValue("urn:oid:1", "12345", "record", "http://v2|MR"),
        TokenValue("urn:oid:1", "12345", "record", "http://own|7"),
        TokenValue("", "9"),
    ]


def test_a_code_has_the_system_that_it_is_bound_to():
    assert values(patient("1", gender="male"), "gender") == [
        TokenValue("http://hl7.org/fhir/administrative-gender", "male")
    ]


def test_flags_and_contacts_are_tokens():
    made = patient("1", active=True, telecom=[{"system": "phone", "value": "555"}, {"system": "email", "value": "a@b"}])
    assert values(made, "active") == [TokenValue("http://hl7.org/fhir/special-values", "true")]
    assert values(made, "phone") == [TokenValue("phone", "555")]
    assert values(made, "email") == [TokenValue("email", "a@b")]


@pytest.mark.parametrize(
    ("more", "code"), [({}, "false"), ({"deceasedBoolean": False}, "false"), ({"deceasedDateTime": "2015"}, "true")]
)
def test_an_expression_that_is_no_path_is_evaluated(more, code):
    assert [each.code for each in values(patient("1", **more), "deceased")] == [code]


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("Patient/1", ReferenceValue("Patient", "1")),
        ("Patient/1/_history/3", ReferenceValue("Patient", "1", "", "3")),
        (f"{BASE}/Patient/1", ReferenceValue("Patient", "1")),
        ("http://other.org/fhir/Patient/1", ReferenceValue(url="http://other.org/fhir/Patient/1")),
        (
            "http://other.org/fhir/Patient/1/_history/2",
            ReferenceValue(url="http://other.org/fhir/Patient/1", version="2"),
        ),
        (
            "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7",
            ReferenceValue(url="urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"),
        ),
        ("#p", ReferenceValue(url="#p")),
    ],
)
def test_a_reference_is_local_or_an_address(reference, value):
    assert values(observation("1", subject={"reference": reference}), "subject") == [value]


def test_a_parameter_for_one_target_passes_over_others():
    made = observation("1", subject={"reference": "Group/1"})
    assert values(made, "subject") == [ReferenceValue("Group", "1")]
    assert values(made, "patient") == []


def test_a_reference_may_be_an_identifier():
    made = observation("1", subject={"identifier": {"system": "urn:x", "value": "7"}, "type": "Patient"})
    assert values(made, "patient") == [ReferenceValue(identifier=TokenValue("urn:x", "7"))]


def test_a_canonical_has_its_version_apart():
    made = {"resourceType": "QuestionnaireResponse", "id": "1", "questionnaire": "http://x.org/q|2"}
    assert values(made, "questionnaire") == [ReferenceValue(url="http://x.org/q", version="2")]
    assert values({**made, "questionnaire": "http://x.org/q#a"}, "questionnaire") == [
        ReferenceValue(url="http://x.org/q", version=ANY)
    ]
    own = {**made, "questionnaire": f"{BASE}/Questionnaire/7|2"}
    assert values(own, "questionnaire") == [ReferenceValue("Questionnaire", "7", f"{BASE}/Questionnaire/7", "2")]


def test_a_profile_is_found_with_and_without_its_version():
    made = patient(
        "1", meta={"profile": ["http://x.org/p|1.0"], "tag": [{"system": "s", "code": "c"}], "source": "urn:a"}
    )
    assert values(made, "_profile") == [UriValue("http://x.org/p|1.0"), UriValue("http://x.org/p")]
    assert values(made, "_tag") == [TokenValue("s", "c")]
    assert values(made, "_source") == [UriValue("urn:a")]


def test_a_quantity_is_kept_as_written_and_in_canonical_units():
    quantity = {"value": Decimal("5.40"), "unit": "milligram", "system": UCUM, "code": "mg"}
    written, canonical = Decimal("5.40"), Decimal("0.00540")
    assert values(observation("1", valueQuantity=quantity), "value-quantity") == [
        QuantityValue(
            NumberValue(written, written, written),
            UCUM,
            "mg",
            "milligram",
            NumberValue(canonical, canonical, canonical),
            "g",
        )
    ]


def test_a_comparator_opens_a_quantity():
    (found,) = values(observation("1", valueQuantity={"value": 5, "comparator": "<"}), "value-quantity")
    assert (found.number.low, found.number.high) == (LEAST, Decimal(5))


def test_a_range_is_open_where_it_has_no_end():
    made = {"resourceType": "Condition", "id": "1", "onsetRange": {"low": {"value": 40, "system": UCUM, "code": "a"}}}
    (found,) = values(made, "onset-age")
    assert (found.number.low, found.number.high, found.canonical.high) == (Decimal(40), GREATEST, GREATEST)
    assert found.canonical_code == "s"


def test_a_period_is_open_where_it_has_no_end():
    made = {"resourceType": "Encounter", "id": "1", "period": {"end": "2013-05"}}
    assert values(made, "date") == [DateValue(EARLIEST, interval("2013-05")[1])]


def test_a_timing_reaches_from_its_first_event_to_its_last():
    made = observation("1", effectiveTiming={"event": ["2013-05-02", "2013-05-01"]})
    assert values(made, "date") == [DateValue(interval("2013-05-01")[0], interval("2013-05-02")[1])]


def test_a_composite_has_one_value_for_each_instance():
    def part(code, number):
        return {"code": {"coding": [{"code": code}]}, "valueQuantity": {"value": number}}

    made = observation("1", component=[part("a", 1), part("b", 2), {"code": {"coding": [{"code": "c"}]}}])
    found = values(made, "component-code-value-quantity")
    assert [(each.components[0][0].code, each.components[1][0].number.value) for each in found] == [("a", 1), ("b", 2)]
    assert all(isinstance(each, CompositeValue) for each in found)


def test_a_composite_may_look_beyond_its_instance():
    made = {
        "resourceType": "MolecularSequence",
        "id": "1",
        "referenceSeq": {"chromosome": {"coding": [{"code": "1"}]}},
        "variant": [{"start": 10, "end": 20}],
    }
    (found,) = values(made, "chromosome-variant-coordinate")
    assert [each[0] for each in found.components[1:]] == [
        NumberValue(Decimal(10), Decimal(10), Decimal(10)),
        NumberValue(Decimal(20), Decimal(20), Decimal(20)),
    ]


def test_an_extension_is_found_by_its_value():
    url = "http://hl7.org/fhir/StructureDefinition/patient-extensions-Patient-mothersMaidenName"
    made = patient("1", extension=[{"url": url, "valueString": "Chen"}, {"url": "http://other", "valueString": "no"}])
    assert values(made, "mothersMaidenName") == [StringValue("chen", "Chen")]


def test_a_location_has_a_position():
    made = {
        "resourceType": "Location",
        "id": "1",
        "position": {"latitude": Decimal("39.9"), "longitude": Decimal("116.4")},
    }
    assert values(made, "near") == [PositionValue(39.9, 116.4)]


def test_narrative_and_content_are_found_without_markup():
    made = patient("1", text={"div": "<div>Bone &amp; <b>Fracture</b></div>"}, name=[{"family": "Ng"}])
    assert values(made, "_text")[0].folded == "bone & fracture"
    assert "ng" in values(made, "_content")[0].folded.split()
    assert "_text" not in index().values(patient("2"))


@pytest.mark.parametrize(
    "broken",
    [
        {"name": "x"},
        {"name": [None, 3, {"given": "x"}]},
        {"birthDate": {"a": 1}},
        {"identifier": [[{}], {"type": 1, "value": 2}]},
        {"managingOrganization": {"reference": 5}},
        {"meta": []},
        {"text": {"div": 7}},
    ],
)
def test_a_resource_that_is_not_well_formed_does_no_harm(broken):
    index().values(patient("1", **broken))


def test_a_type_has_the_parameters_of_all_resources_and_its_own():
    known = index().parameters("Observation")
    assert {"_tag", "_profile", "code", "value-quantity", "combo-code-value-quantity"} <= known.keys()
    assert not {"_id", "_lastUpdated", "_query", "gender"} & known.keys()
    assert known["subject"].targets
    assert [each.definition.code for each in known["code-value-quantity"].components] == ["code", "value-quantity"]


CUSTOM = {
    "resourceType": "SearchParameter",
    "url": "http://example.org/sp/nation",
    "code": "nation",
    "base": ["Patient"],
    "type": "token",
    "status": "active",
    "expression": "Patient.extension('http://example.org/nation').value",
}


def test_a_custom_parameter_is_taken_up():
    own = SearchIndex(open_core().extended([CUSTOM]))
    made = patient("1", extension=[{"url": "http://example.org/nation", "valueCoding": {"system": "s", "code": "01"}}])
    assert own.values(made)["nation"] == [TokenValue("s", "01")]


def test_a_parameter_whose_expression_cannot_be_used_is_not_offered():
    own = SearchIndex(open_core().extended([{**CUSTOM, "expression": "Patient.name.where("}]))
    assert "nation" not in own.parameters("Patient")


def test_references_of_one_parameter_are_told():
    made = observation("1", subject={"reference": "Patient/1"}, encounter={"reference": "Encounter/2"})
    assert index().references(made, "encounter") == [ReferenceValue("Encounter", "2")]


def test_money_is_a_quantity_of_its_currency():
    made = {"resourceType": "Invoice", "id": "1", "totalNet": {"value": Decimal("9.50"), "currency": "CNY"}}
    (found,) = values(made, "totalnet")
    assert (found.number.value, found.system, found.code) == (Decimal("9.50"), "urn:iso:std:iso:4217", "CNY")


def test_sampled_data_reaches_from_the_least_to_the_greatest_measured():
    origin = {"value": 100, "system": UCUM, "code": "uV"}
    made = observation(
        "1", valueSampledData={"origin": origin, "factor": 2, "period": 1, "data": "E 3 -5 U 10", "dimensions": 1}
    )
    (found,) = values(made, "value-quantity")
    assert (found.number.low, found.number.high, found.code) == (Decimal(90), Decimal(120), "uV")

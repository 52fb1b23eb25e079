from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.store.criteria import (
    All,
    Chain,
    CompositeTest,
    DateTest,
    Has,
    Match,
    Missing,
    NearTest,
    Not,
    ReferenceIdentifierTest,
    ReferenceTest,
    Some,
    SortKey,
    StringTest,
    TextTest,
    TokenTest,
    TokenTextTest,
    Updated,
    UriTest,
    WithId,
)
from fhir_kernel.store.records import Key
from fhir_server.outcomes import RequestRefused
from fhir_server.search.context import CodeQuestion, SearchLimits
from fhir_server.search.controls import Include
from fhir_server.search.elements.intervals import interval
from fhir_server.search.escapes import split, unescape
from tests.fhir_server.search.world import BASE, parsed


def criterion(query, types="Patient", **context):
    return parsed(query, types, **context).query.criterion


def only_test(query, types="Patient"):
    found = criterion(query, types)
    assert isinstance(found, Match)
    (only,) = found.tests
    return only


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("given=Eve", StringTest("starts", "eve")),
        ("given:contains=eVe", StringTest("contains", "eve")),
        ("given:exact=Eve", StringTest("exact", "Eve")),
        (r"given=xxx\,xxx", StringTest("starts", "xxx,xxx")),
        ("gender=male", TokenTest(None, "male")),
        ("identifier=http://acme.org/patient|2345", TokenTest("http://acme.org/patient", "2345")),
        ("identifier=|2345", TokenTest("", "2345")),
        ("identifier=http://acme.org/patient|", TokenTest("http://acme.org/patient", None)),
        (r"identifier=a\|b|c", TokenTest("a|b", "c")),
        (
            "identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|446053",
            TokenTest(None, "446053", "http://terminology.hl7.org/CodeSystem/v2-0203|MR"),
        ),
        ("language:text=Engl", TokenTextTest("engl")),
        ("general-practitioner=Practitioner/23", ReferenceTest("Practitioner", "23")),
        ("general-practitioner=23", ReferenceTest("", "23")),
        ("general-practitioner:Practitioner=23", ReferenceTest("Practitioner", "23")),
        (f"general-practitioner={BASE}/Practitioner/23", ReferenceTest("Practitioner", "23")),
        ("general-practitioner=http://other/Practitioner/23", ReferenceTest(url="http://other/Practitioner/23")),
        ("general-practitioner:identifier=s|1", ReferenceIdentifierTest(TokenTest("s", "1"))),
        ("_profile=http://x.org/p", UriTest("equal", "http://x.org/p")),
        ("_profile:below=http://x.org/", UriTest("below", "http://x.org/")),
        ("birthdate=ge2013-03-14", DateTest("ge", *interval("2013-03-14"))),
        ("birthdate=2013-01-14T10:00:00 08:00", DateTest("eq", *interval("2013-01-14T10:00:00+08:00"))),
        ("_text=Bone  Fracture", TextTest(("bone", "fracture"))),
    ],
)
def test_a_value_is_read_by_the_type_of_its_parameter(query, expected):
    assert only_test(query) == expected


@pytest.mark.parametrize(
    ("text", "low", "high"), [("100", "99.5", "100.5"), ("100.00", "99.995", "100.005"), ("1e2", "50", "150")]
)
def test_a_number_equals_within_its_last_digit(text, low, high):
    found = only_test(f"probability={text}", "RiskAssessment")
    assert (found.prefix, found.value, found.low, found.high) == ("eq", Decimal(100), Decimal(low), Decimal(high))


def test_approximately_is_a_tenth_around():
    found = only_test("probability=ap0.8", "RiskAssessment")
    assert (found.low, found.high) == (Decimal("0.72"), Decimal("0.88"))
    days = 86_400_000_000
    found = only_test("birthdate=ap2024-05-22")  # ten days ago, and a half
    assert (interval("2024-05-22")[0] - found.low) == pytest.approx(days, rel=0.01)


def test_a_quantity_is_asked_in_canonical_units_too():
    found = only_test("value-quantity=5.4|http://unitsofmeasure.org|mg", "Observation")
    assert (found.system, found.code, found.canonical_code) == ("http://unitsofmeasure.org", "mg", "g")
    assert (found.canonical.low, found.canonical.high) == (Decimal("0.00535"), Decimal("0.00545"))
    found = only_test("value-quantity=lt5.4||mg", "Observation")
    assert (found.number.prefix, found.system, found.code, found.canonical) == ("lt", None, "mg", None)
    assert only_test("value-quantity=5.4", "Observation").code is None


def test_a_composite_has_a_test_for_each_component():
    found = only_test("code-value-quantity=loinc|12907-2$ge150|http://unitsofmeasure.org|mmol/L", "Observation")
    assert isinstance(found, CompositeTest)
    assert found.components[0] == TokenTest("loinc", "12907-2")
    assert found.components[1].number.value == 150


@pytest.mark.parametrize(
    ("text", "metres"), [("-83.69|42.25|11.2|km", 11_200), ("-83.69|42.25|2", 2_000), ("-83.69|42.25", 50_000)]
)
def test_a_place_is_near_by_a_distance(text, metres):
    assert only_test(f"near={text}", "Location") == NearTest(-83.69, 42.25, metres)


def test_values_between_commas_are_alternatives_and_parameters_add_up():
    assert criterion("gender=male,female&given=Eve") == All(
        (
            Match("gender", (TokenTest(None, "male"), TokenTest(None, "female"))),
            Match("given", (StringTest("starts", "eve"),)),
        )
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("gender:missing=true", Missing("gender")),
        ("gender:missing=false", Not(Missing("gender"))),
        ("gender:not=male,female", Not(Match("gender", (TokenTest(None, "male"), TokenTest(None, "female"))))),
        ("_id=a,b", WithId(frozenset("ab"))),
        ("_lastUpdated=gt2010-10-01", Updated(DateTest("gt", *interval("2010-10-01")))),
        ("_list=42", Has("List", "item", WithId(frozenset(("42",))))),
        ("name=", All()),
        ("", All()),
    ],
)
def test_some_parameters_are_more_than_a_match(query, expected):
    assert criterion(query) == expected


def test_a_chain_follows_a_reference():
    named = Match("name", (StringTest("starts", "peter"),))
    assert criterion("subject:Patient.name=peter", "DiagnosticReport") == Chain("subject", ("Patient",), named)
    assert criterion("subject.family=peter", "DiagnosticReport") == Chain(
        "subject", ("Patient",), Match("family", (StringTest("starts", "peter"),))
    )
    assert criterion("patient.general-practitioner:Practitioner.name:exact=Joe", "Observation") == Chain(
        "patient",
        ("Patient",),
        Chain("general-practitioner", ("Practitioner",), Match("name", (StringTest("exact", "Joe"),))),
    )


def test_a_chain_without_a_type_follows_all_types_that_have_the_parameter():
    found = criterion("subject.name=peter", "Observation")
    assert found == Chain("subject", ("Patient", "Location"), Match("name", (StringTest("starts", "peter"),)))


def test_has_looks_for_what_refers_here_and_may_be_nested_and_chained():
    code = Match("code", (TokenTest(None, "1234-5"),))
    assert criterion("_has:Observation:patient:code=1234-5") == Has("Observation", "patient", code)
    user = Match("agent", (ReferenceTest("Practitioner", "7"),))
    assert criterion("_has:Observation:patient:_has:AuditEvent:entity:agent=Practitioner/7") == Has(
        "Observation", "patient", Has("AuditEvent", "entity", user)
    )
    assert criterion("_has:Observation:patient:encounter.status=planned") == Has(
        "Observation",
        "patient",
        Chain("encounter", ("Encounter", "EpisodeOfCare"), Match("status", (TokenTest(None, "planned"),))),
    )
    assert criterion("general-practitioner:Practitioner._has:Group:member:_id=1") == Chain(
        "general-practitioner", ("Practitioner",), Has("Group", "member", WithId(frozenset("1")))
    )


def test_what_terminology_must_answer_is_asked_and_then_known():
    question = CodeQuestion("in", "http://x/vs", ("Observation",), "code")
    asked = parsed("code:in=http://x/vs", "Observation")
    assert asked.questions == (question,)
    known = criterion("code:not-in=http://x/vs", "Observation", answers={question: [TokenTest("s", "a")]})
    assert known == Not(Some((Match("code", (TokenTest("s", "a"),)),)))
    assert parsed("code:below=http://loinc.org|1-8", "Observation").questions[0].relation == "below"


def test_results_are_wanted_in_an_order_and_in_pages():
    found = parsed("_sort=-birthdate,_id&_count=7&_total=accurate&_summary=true&_elements=name, birthDate")
    assert found.query.sort == (SortKey("birthdate", True), SortKey("_id"))
    assert (found.query.count, found.query.total, found.total, found.summary) == (7, True, "accurate", "true")
    assert found.elements == {"name", "birthDate"}


@pytest.mark.parametrize(
    ("types", "names"),
    [
        ("Patient", "name,id,meta,text,extension"),
        ("Observation", "value,valueQuantity,Observation.status"),
        ("Observation", "status,Patient.name"),
        (("Patient", "Observation"), "name,value"),
    ],
)
def test_elements_at_the_root_are_named_and_a_type_may_stand_before_them(types, names):
    assert parsed(f"_elements={names}", types).elements == set(names.split(","))


@pytest.mark.parametrize(
    ("types", "names", "told"),
    [
        ("Patient", "name,nam", "'_elements' names 'nam', no element at the root of Patient; did you mean name"),
        ("Patient", "name.family", "names 'name.family', no element at the root of Patient; did you mean name"),
        ("Patient", "Observation.nothing", "names 'Observation.nothing', no element at the root of Observation"),
        (("Patient", "Observation"), "nothing", "names 'nothing', no element at the root of any type that is searched"),
    ],
)
def test_what_is_no_element_is_refused_or_passed_over_with_a_remark(types, names, told):
    with pytest.raises(RequestRefused, match=told):
        parsed(f"_elements={names}", types)
    lenient = parsed(f"_elements={names}", types, lenient=True)
    assert lenient.elements == frozenset()
    assert told.partition(";")[0] in lenient.remarks[0]["details"]["text"]


def test_some_clients_have_a_name_of_their_own_for_an_accurate_total():
    found = parsed("_totalMethod=count")
    assert (found.query.total, found.total) == (True, "accurate")


@pytest.mark.parametrize("query", ["_count=0", "_summary=count"])
def test_a_count_alone_is_a_page_without_resources(query):
    found = parsed(query)
    assert (found.query.count, found.query.total, found.summary) == (0, True, "count")


def test_resources_may_come_along():
    found = parsed(
        "_include=MedicationRequest:patient&_include:iterate=Patient:general-practitioner:Practitioner"
        "&_revinclude=Provenance:target&_include=*",
        "MedicationRequest",
    )
    assert found.includes == (
        Include("MedicationRequest", "patient"),
        Include("Patient", "general-practitioner", "Practitioner", True),
        Include("", "*"),
    )
    assert found.revincludes == (Include("Provenance", "target"),)


def test_a_compartment_holds_what_refers_to_its_centre():
    found = criterion("code=x", "Observation", compartment=Key("Patient", "1"))
    test = ReferenceTest("Patient", "1")
    belongs = Some((Match("subject", (test,)), Match("performer", (test,))))
    assert found == All((belongs, Match("code", (TokenTest(None, "x"),))))
    assert criterion("", "Medication", compartment=Key("Patient", "1")) == Some()


def test_several_types_are_searched_by_what_they_have_in_common():
    types = ["Patient", "Practitioner", "Observation"]
    assert parsed("_type=Patient,Practitioner&name=x", types).query.types == ("Patient", "Practitioner")
    with pytest.raises(RequestRefused, match="name"):
        parsed("name=x", types)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("nam=x", "did you mean name"),
        ("gendr=x", "did you mean gender"),
        ("gender:exact=x", "'gender' is a token and has no modifier ':exact'"),
        ("name:contain=x", "did you mean contains"),
        ("birthdate=yesterday", "expected a date or time"),
        ("birthdate=2013-02-30", "expected a date"),
        ("gender=a|b|c", "expected code"),
        ("gender=|", "expected code"),
        ("gender=male,", "empty value"),
        ("gender:missing=maybe", "expected true or false"),
        ("identifier:of-type=a|b", "system|code|value"),
        ("general-practitioner:Patients=1", "did you mean Patient"),
        ("general-practitioner:Practitioner=Patient/1", "expected a Practitioner"),
        ("name.family=x", "expected a reference"),
        ("general-practitioner.shoe=x", "known for no type"),
        ("_has:Observation:code=1", "incomplete"),
        ("_has:Observation:code:code=1", "expected a reference"),
        ("_has:Observations:patient:code=1", "did you mean Observation"),
        ("_sort=shoe", "'shoe'"),
        ("_count=-1", "whole number"),
        ("_count=ten", "whole number"),
        ("_count=1000000000", "at most"),
        ("_total=some", "expected one of none, estimate, accurate"),
        ("_totalMethod=accurate", "expected one of count"),
        ("_summary=some", "expected one of"),
        ("_include=Patient", "expected Type:reference"),
        ("_include=Patient:shoe", "has no reference 'shoe'"),
        ("_include=Observation:subject", "expected a reference of Patient"),
        ("_include:always=Patient:organization", "no modifier"),
        ("_type=Practitioner", "expected Patient"),
        ("_contained=true", "contained"),
        ("_list=$current-allergies", "_list"),
        ("_query=x", "_query"),
        ("_text= ", "expected words"),
        ("_id:exact=1", "no modifier"),
    ],
)
def test_what_is_wrong_is_named_with_what_was_expected(query, message):
    with pytest.raises(RequestRefused) as refusal:
        parsed(query)
    assert message in str(refusal.value)
    assert refusal.value.status == 400


def test_a_lenient_search_goes_on_without_what_it_does_not_know():
    found = parsed("nam=x&gender=male", lenient=True)
    assert found.query.criterion == Match("gender", (TokenTest(None, "male"),))
    assert found.self_pairs == (("gender", "male"),)
    assert [each["severity"] for each in found.remarks] == ["warning"]
    with pytest.raises(RequestRefused):
        parsed("birthdate=yesterday", lenient=True)


@pytest.mark.parametrize(
    ("query", "limits"),
    [
        ("gender=" + ",".join("abcd"), SearchLimits(alternatives=3)),
        ("name=a&name=b", SearchLimits(parameters=1)),
        ("_has:Group:member:_has:List:item:_id=1", SearchLimits(steps=1)),
        ("_sort=name,birthdate", SearchLimits(sort_keys=1)),
        ("name=abc", SearchLimits(value_length=2)),
        ("_filter=name eq abcdef", SearchLimits(filter_length=10)),
    ],
)
def test_what_goes_beyond_a_limit_is_refused(query, limits):
    with pytest.raises(RequestRefused) as refusal:
        parsed(query, limits=limits)
    assert refusal.value.issues[0]["code"] == "too-costly"


def escape(text):
    return re.sub(r"([\\\\,$|])", r"\\\1", text)


@given(st.lists(st.text(), min_size=1), st.sampled_from(",$|"))
def test_what_is_escaped_comes_back(parts, separator):
    text = separator.join(map(escape, parts))
    assert [unescape(each) for each in split(text, separator)] == parts


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Z")), max_size=40), st.text(max_size=40))
def test_any_text_is_read_or_refused(name, text):
    assert status_of(f"{name}={text}") in (200, 400)


@given(
    st.sampled_from(("_filter", "code", "value-quantity", "date", "subject", "_has", "_include", "near", "_page")),
    st.text(),
)
def test_any_value_is_read_or_refused(name, text):
    assert status_of(f"{name}={text}") in (200, 400)


def status_of(query):
    try:
        parsed(query, "Observation")
    except RequestRefused as refusal:
        return refusal.status
    return 200

"""Reading and writing of FHIR XML."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from fhir_kernel.codec.xml_codec import from_xml, read_xml, to_xml
from fhir_kernel.codec.xml_positions import xml_positions
from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import CodecError, LimitExceeded

NS = 'xmlns="http://hl7.org/fhir"'
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">'


@pytest.fixture(scope="module")
def model() -> Model:
    return open_core().model


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Patient"},
        {"resourceType": "Patient", "active": True, "multipleBirthInteger": 2, "birthDate": "1970-01-01"},
        {"resourceType": "Patient", "_birthDate": {"id": "b", "extension": [{"url": "u", "valueString": "x"}]}},
        {"resourceType": "Patient", "birthDate": "1970", "_birthDate": {"id": "b"}},
        {"resourceType": "Patient", "name": [{"given": ["A", None, "C"], "_given": [None, {"id": "g"}, None]}]},
        {"resourceType": "Patient", "name": [{"_given": [{"extension": [{"url": "u"}]}, {"id": "2"}]}, {"id": "n"}]},
        {"resourceType": "Patient", "id": "p", "_id": {"extension": [{"url": "u", "valueId": "x"}]}},
        {"resourceType": "Patient", "contained": [{"resourceType": "Group", "id": "o"}, {"resourceType": "Basic"}]},
        {"resourceType": "Bundle", "entry": [{"id": "e", "resource": {"resourceType": "Binary", "data": "AA=="}}]},
        {"resourceType": "Observation", "valueQuantity": {"value": Decimal("1.10"), "unit": "mg & <\"'>\n\t\r"}},
        {"resourceType": "Observation", "valueQuantity": {"value": Decimal("1E+3")}},
        {"resourceType": "Observation", "valueQuantity": {"value": 12345678901234567}},
        {"resourceType": "Observation", "component": [{"valueBoolean": False}, {"valueInteger": -1}]},
        {"resourceType": "Patient", "text": {"div": f"{DIV}a<br/><b>c</b> <!--d--> &lt;e&gt;</div>"}},
        {"resourceType": "Patient", "text": {"div": f"{DIV}<a name=\"x\"></a><td></td>中</div>"}},
        {"resourceType": "Questionnaire", "item": [{"linkId": "1", "item": [{"linkId": "1.1"}]}]},
        {"resourceType": "Parameters", "parameter": [{"name": "x", "part": [{"name": "y", "valueUri": "urn:x"}]}]},
    ],
)  # fmt: skip
@pytest.mark.parametrize("pretty", [False, True])
def test_a_resource_survives_the_way_to_xml_and_back(resource: dict[str, Any], pretty: bool, model: Model) -> None:
    assert from_xml(to_xml(resource, model, pretty=pretty), model) == resource


def test_elements_are_written_in_the_order_of_the_specification(model: Model) -> None:
    written = to_xml({"birthDate": "1970", "id": "p", "name": [], "active": True, "resourceType": "Patient"}, model)
    assert written.endswith(b'><id value="p"/><active value="true"/><birthDate value="1970"/></Patient>')


def test_ids_and_urls_are_attributes(model: Model) -> None:
    written = to_xml({"resourceType": "Basic", "extension": [{"id": "e", "url": "u", "valueString": "x"}]}, model)
    assert b'<extension id="e" url="u"><valueString value="x"/></extension>' in written


def test_pretty_output_is_indented_outside_the_narrative(model: Model) -> None:
    resource = {"resourceType": "Basic", "text": {"status": "empty", "div": f"{DIV}<p>a</p></div>"}}
    lines = to_xml(resource, model, pretty=True).decode().splitlines()
    assert lines[2:5] == ["  <text>", '    <status value="empty"/>', f"    {DIV}<p>a</p></div>"]


def test_prefixes_and_foreign_declarations_leave_no_trace_in_the_narrative(model: Model) -> None:
    text = (
        b'<f:Basic xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:o="urn:o">'
        b'<f:text><f:status value="empty"/><h:div><h:p class="c">a<!--b--> c</h:p>d</h:div></f:text></f:Basic>'
    )
    assert from_xml(text, model)["text"]["div"] == f'{DIV}<p class="c">a<!--b--> c</p>d</div>'


def test_entities_that_html_names_become_numbers_on_the_way_to_xml(model: Model) -> None:
    written = to_xml({"resourceType": "Basic", "text": {"div": f"{DIV}a&nbsp;&amp;b</div>"}}, model)
    assert b"a&#160;&amp;b" in written


def test_comments_and_processing_instructions_are_passed_over(model: Model) -> None:
    text = f'<?x y?><!--a--><Patient {NS}><!--b--><?c d?><active value="true"><!--e--></active></Patient>'.encode()
    assert from_xml(text, model) == {"resourceType": "Patient", "active": True}


@pytest.mark.parametrize(
    ("body", "issue_id", "path", "kept"),
    [
        ('<foo value="1"/><active value="true"/>', "xml.unknown-element", "Patient.foo", {"active": True}),
        ('<active value="true" x="1"/>', "xml.unknown-attribute", "Patient.active", {"active": True}),
        ('<active xmlns="urn:x" value="true"/>', "xml.wrong-namespace", "Patient.active", {}),
        ('<active xmlns="" value="true"/>', "xml.wrong-namespace", "Patient.active", {}),
        ('<text><div>x</div></text>', "xml.wrong-namespace", "Patient.text.div", {"text": {}}),
        ('<name>x<family value="F"/></name>', "xml.text", "Patient.name[0]", {"name": [{"family": "F"}]}),
        ('<name><family value="F"/>x</name>', "xml.text", "Patient.name[0]", {"name": [{"family": "F"}]}),
        ('<active value="true">yes</active>', "xml.text", "Patient.active", {"active": True}),
        ('<birthDate value="1970"/><active value="true"/>', "xml.out-of-order", "Patient.active",
         {"active": True, "birthDate": "1970"}),
        ('<active value="true"/><active value="false"/>', "xml.repeated", "Patient.active", {"active": True}),
        ('<maritalStatus><text value="a"/></maritalStatus><maritalStatus/>', "xml.repeated", "Patient.maritalStatus",
         {"maritalStatus": {"text": "a"}}),
        ('<active/>', "xml.no-value", "Patient.active", {}),
        ('<name><given value="a"/><given/></name>', "xml.no-value", "Patient.name[0].given[1]",
         {"name": [{"given": ["a"]}]}),
        ('<contained/>', "xml.one-resource", "Patient.contained[0]", {}),
        ('<contained><Basic/><Basic/></contained>', "xml.one-resource", "Patient.contained[0]", {}),
        ('<contained><Nope/></contained>', "xml.unknown-resource", "Patient.contained[0]", {}),
        ('<contained><Basic><foo/></Basic></contained>', "xml.unknown-element", "Patient.contained[0].foo",
         {"contained": [{"resourceType": "Basic"}]}),
        ('<deceasedBoolean value="true"><x/></deceasedBoolean>', "xml.unknown-element", "Patient.deceased.x",
         {"deceasedBoolean": True}),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_location_and_the_rest_is_kept(
    body: str, issue_id: str, path: str, kept: dict[str, Any], model: Model
) -> None:
    reading = read_xml(f"<Patient {NS}>{body}</Patient>".encode(), model)
    assert [(each.id, each.path, each.line) for each in reading.issues] == [(issue_id, path, 1)]
    assert reading.resource == {"resourceType": "Patient", **kept}
    assert all(each.text() and each.text("zh") for each in reading.issues)


def test_a_fault_that_loses_content_stops_from_xml_with_its_place(model: Model) -> None:
    with pytest.raises(CodecError, match="foo") as caught:
        from_xml(f'<Patient {NS}>\n  <foo value="1"/>\n</Patient>'.encode(), model)
    assert (caught.value.line, caught.value.column, caught.value.path) == (2, 3, "Patient.foo")


def test_a_schema_location_is_an_issue_but_loses_nothing(model: Model) -> None:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://hl7.org/fhir x.xsd"'
    text = f"<Patient {NS} {xsi}/>".encode()
    assert [each.id for each in read_xml(text, model).issues] == ["xml.schema-location"]
    assert from_xml(text, model) == {"resourceType": "Patient"}


@pytest.mark.parametrize("root", ["<Patient/>", f"<Nope {NS}/>", f"<Resource {NS}/>", '<Patient xmlns="urn:x"/>'])
def test_a_root_that_is_no_resource_is_fatal(root: str, model: Model) -> None:
    reading = read_xml(root.encode(), model)
    assert reading.resource is None
    assert [(each.id, each.severity) for each in reading.issues] == [("xml.unknown-root", "fatal")]


@pytest.mark.parametrize("value", ["1.x", "", "+5", "007", "1e"])
def test_a_value_that_does_not_fit_its_type_stays_text(value: str, model: Model) -> None:
    text = f'<Observation {NS}><valueQuantity><value value="{value}"/></valueQuantity></Observation>'.encode()
    assert from_xml(text, model)["valueQuantity"]["value"] == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "empty"),
        (b"{}", "not well-formed"),
        (b"<Patient", "not well-formed"),
        (b'<Patient xmlns="http://hl7.org/fhir"><a></Patient>', "not well-formed"),
        (b'<Patient xmlns="http://hl7.org/fhir">&nbsp;</Patient>', "not well-formed"),
        (b'<?xml version="1.0" encoding="nope"?><Patient/>', "not well-formed"),
        (b'<?xml version="1.0" encoding="UTF-8"?><Patient a="\xff"/>', "not well-formed"),
        (b'<!DOCTYPE Patient><Patient xmlns="http://hl7.org/fhir"/>', "DOCTYPE"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Patient>&a;</Patient>', "DOCTYPE"),
        (b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><Patient/>', "DOCTYPE"),
        (
            b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
            + b"".join(b'<!ENTITY a%d "%s">' % (i, (b"&a%d;" % (i - 1) if i else b"&a;") * 10) for i in range(9))
            + b"]><Patient>&a8;</Patient>",
            "DOCTYPE",
        ),
    ],
)
def test_hostile_or_broken_xml_is_refused_in_one_line_with_a_place(text: bytes, reason: str, model: Model) -> None:
    with pytest.raises(CodecError, match=reason) as caught:
        read_xml(text, model)
    assert caught.value.line is not None
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("depth", [121, 300, 10_000, 100_000])
def test_deep_nesting_is_refused_without_a_crash(depth: int, model: Model) -> None:
    item = b"<item>"
    with pytest.raises((LimitExceeded, CodecError), match=r"deeper|not well-formed"):
        read_xml(f"<Questionnaire {NS}>".encode() + item * depth + b"</item>" * depth + b"</Questionnaire>", model)


def test_thousands_of_faults_are_told_in_linear_time(model: Model) -> None:
    text = f"<Patient {NS}>" + '<name x="1"/>' * 20_000 + "</Patient>"
    issues = read_xml(text.encode(), model).issues
    assert issues[-1].path == "Patient.name[19999]"


def test_a_value_beyond_what_the_parser_takes_is_a_limit(model: Model) -> None:
    with pytest.raises(LimitExceeded, match="too large"):
        read_xml(f'<Binary {NS}><data value="{"A" * 11_000_000}"/></Binary>'.encode(), model)


def test_other_encodings_are_read_as_they_declare(model: Model) -> None:
    text = f'<?xml version="1.0" encoding="{{}}"?><Patient {NS}><id value="é"/></Patient>'
    for encoding in ("UTF-16", "ISO-8859-1"):
        assert from_xml(text.format(encoding).encode(encoding), model)["id"] == "é"


@pytest.mark.parametrize(
    ("resource", "reason", "path"),
    [
        ({"resourceType": "Nope"}, "not a resource type", "Nope"),
        ({"resourceType": "Patient", "foo": 1}, "no place for the property 'foo'", "Patient"),
        ({"resourceType": "Patient", "_name": []}, "no place for the property '_name'", "Patient"),
        ({"resourceType": "Patient", "name": {}}, "expected an array", "Patient.name[0]"),
        ({"resourceType": "Patient", "name": ["x"]}, "expected an object", "Patient.name[0]"),
        ({"resourceType": "Patient", "active": {}}, "expected a primitive", "Patient.active"),
        ({"resourceType": "Patient", "id": "a\x01"}, "character U\\+0001", "Patient.id"),
        ({"resourceType": "Patient", "text": {"div": "<p>"}}, "not well-formed", "Patient.text.div"),
        ({"resourceType": "Patient", "text": {"div": "<p>x</p>"}}, "expected 'div'", "Patient.text.div"),
        ({"resourceType": "Patient", "text": {"div": "<!DOCTYPE x><div>x</div>"}}, "DOCTYPE", "Patient.text.div"),
    ],
)
def test_what_xml_has_no_place_for_is_refused_with_its_location(
    resource: dict[str, Any], reason: str, path: str, model: Model
) -> None:
    with pytest.raises(CodecError, match=reason) as caught:
        to_xml(resource, model)
    assert caught.value.path == path


def test_positions_are_found_by_location() -> None:
    positions = xml_positions(
        f"<Bundle {NS}>\n <entry>\n  <resource>\n   <Patient>\n"
        '    <name><given value="a"/>\n     <given value="b"/></name>\n    <deceasedBoolean value="true"/>'
        "</Patient></resource></entry></Bundle>".encode()
    )
    assert positions.find("Bundle.entry[0].resource") == (4, 4)
    assert positions.find("Bundle.entry[0].resource.name[0].given[1]") == (6, 6)
    assert positions.find("Bundle.entry[0].resource.deceased") == (7, 5)
    assert positions.find("Bundle.entry[0].resource.deceasedBoolean") == (7, 5)

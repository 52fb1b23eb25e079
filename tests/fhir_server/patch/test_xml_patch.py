from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_server.outcomes import RequestRefused
from fhir_server.patch.apply import apply_patch
from fhir_server.patch.limits import PatchLimits

FORMAT = "application/xml-patch+xml"
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">'
PATIENT = {
    "resourceType": "Patient",
    "id": "p",
    "meta": {"versionId": "3"},
    "text": {"status": "generated", "div": f"{DIV}<p>old <b>bold</b> end</p></div>"},
    "identifier": [{"system": "urn:a", "value": "1"}, {"system": "urn:b", "value": "2"}],
    "active": True,
    "name": [{"family": "Wang", "given": ["Wei", "Ming"]}, {"id": "n", "family": "Li"}],
    "birthDate": "1970-01-01",
}


def diff(*operations: str, root: str = "diff", spaces: str = 'xmlns="http://hl7.org/fhir"') -> bytes:
    return f'<?xml version="1.0"?><{root} {spaces} xmlns:h="http://www.w3.org/1999/xhtml">{"".join(operations)}</{root}>'.encode()


def changed(patch: Any, *operations: str) -> dict[str, Any]:
    made = patch(PATIENT, diff(*operations))
    return {key: made.get(key) for key in {*made, *PATIENT} if made.get(key) != PATIENT.get(key)}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ('<replace sel="Patient/active/@value">false</replace>', {"active": False}),
        ('<replace sel="/Patient/birthDate"><birthDate value="1980"/></replace>', {"birthDate": "1980"}),
        ('<remove sel="Patient/birthDate"/>', {"birthDate": None}),
        ('<add sel="Patient"><deceasedBoolean value="true"/></add>', {"deceasedBoolean": True}),
        (
            '<add sel="Patient/name[1]" type="@id">x</add>',
            {"name": [{"id": "x", **PATIENT["name"][0]}, PATIENT["name"][1]]},
        ),
        ('<remove sel="Patient/name[2]/@id"/>', {"name": [PATIENT["name"][0], {"family": "Li"}]}),
        ("<remove sel=\"Patient/name[@id='n']\"/>", {"name": [PATIENT["name"][0]]}),
        ("<remove sel=\"Patient/name[family/@value='Li']\"/>", {"name": [PATIENT["name"][0]]}),
        ('<remove sel="*/name[2]"/>', {"name": [PATIENT["name"][0]]}),
        (
            "<remove sel=\"Patient/identifier[system/@value='urn:a'][1]/value\"/>",
            {"identifier": [{"system": "urn:a"}, PATIENT["identifier"][1]]},
        ),
        (
            '<add sel="Patient/name[1]" pos="before"><name><text value="x"/></name></add>',
            {"name": [{"text": "x"}, *PATIENT["name"]]},
        ),
        (
            '<add sel="Patient/name[1]" pos="after"><name><text value="x"/></name></add>',
            {"name": [PATIENT["name"][0], {"text": "x"}, PATIENT["name"][1]]},
        ),
        (
            '<add sel="Patient/name[2]" pos="prepend"><use value="usual"/></add>',
            {"name": [PATIENT["name"][0], {"id": "n", "use": "usual", "family": "Li"}]},
        ),
        (
            '<add sel="Patient/name[1]/given[1]" pos="after"><given value="A"/><given value="B"/></add>',
            {"name": [{"family": "Wang", "given": ["Wei", "A", "B", "Ming"]}, PATIENT["name"][1]]},
        ),
        (
            '<remove sel="Patient/name[1]/given[2]" ws="both"/>',
            {"name": [{"family": "Wang", "given": ["Wei"]}, PATIENT["name"][1]]},
        ),
        (
            f'<replace sel="Patient/text/h:div">{DIV}new</div></replace>',
            {"text": {"status": "generated", "div": f"{DIV}new</div>"}},
        ),
        (
            '<replace sel="Patient/text/h:div/h:p/h:b/text()">thin</replace>',
            {"text": {"status": "generated", "div": f"{DIV}<p>old <b>thin</b> end</p></div>"}},
        ),
        (
            '<replace sel="Patient/text/h:div/h:p/text()[1]">new </replace>',
            {"text": {"status": "generated", "div": f"{DIV}<p>new <b>bold</b> end</p></div>"}},
        ),
        (
            '<remove sel="Patient/text/h:div/h:p/text()[2]"/>',
            {"text": {"status": "generated", "div": f"{DIV}<p>old <b>bold</b></p></div>"}},
        ),
        (
            '<remove sel="Patient/text/h:div/h:p/h:b"/>',
            {"text": {"status": "generated", "div": f"{DIV}<p>old  end</p></div>"}},
        ),
        (
            '<add sel="Patient/text/h:div/h:p"> more <h:i>!</h:i></add>',
            {"text": {"status": "generated", "div": f"{DIV}<p>old <b>bold</b> end more <i>!</i></p></div>"}},
        ),
        (
            "<remove sel=\"Patient/text/h:div/h:p/h:b[.='bold']\"/>",
            {"text": {"status": "generated", "div": f"{DIV}<p>old  end</p></div>"}},
        ),
    ],
)
def test_an_operation_changes_the_one_node_that_it_selects(patch: Any, operation: str, expected: Any) -> None:
    assert changed(patch, operation) == expected


def test_operations_see_what_those_before_them_did(patch: Any) -> None:
    made = changed(
        patch, '<remove sel="Patient/name[1]"/>', '<replace sel="Patient/name[1]/family/@value">Lu</replace>'
    )
    assert made == {"name": [{"id": "n", "family": "Lu"}]}


def test_an_element_that_was_emptied_is_gone(patch: Any) -> None:
    made = changed(patch, '<remove sel="Patient/name[2]/family"/>', '<remove sel="Patient/name[2]/@id"/>')
    assert made == {"name": [PATIENT["name"][0]]}


@pytest.mark.parametrize(
    ("root", "spaces", "path"),
    [
        ("diff", 'xmlns:f="http://hl7.org/fhir"', "f:Patient/f:active/@value"),
        ("diff", "", "Patient/active/@value"),
        ("patch", 'xmlns="urn:ietf:rfc:7351" xmlns:f="http://hl7.org/fhir"', "f:Patient/f:active/@value"),
        ("patch", 'xmlns="urn:ietf:rfc:7351"', "Patient/active/@value"),
        ("p:patch", 'xmlns="http://hl7.org/fhir" xmlns:p="urn:ietf:rfc:7351"', "Patient/active/@value"),
    ],
)
def test_names_are_in_the_namespaces_of_the_patch(patch: Any, root: str, spaces: str, path: str) -> None:
    prefix = "p:" if root.startswith("p:") else ""
    body = diff(f'<{prefix}replace sel="{path}">false</{prefix}replace>', root=root, spaces=spaces)
    assert patch(PATIENT, body)["active"] is False
    assert patch(PATIENT, body, "application/xml")["active"] is False


def test_added_elements_without_a_namespace_are_fhir(patch: Any) -> None:
    body = diff('<add sel="Patient"><contact><name><text value="x"/></name></contact></add>', spaces="")
    assert patch(PATIENT, body)["contact"] == [{"name": {"text": "x"}}]


def test_decimals_keep_their_digits(patch: Any) -> None:
    observation = {"resourceType": "Observation", "valueQuantity": {"value": Decimal("1.10"), "unit": "mg"}}
    made = patch(observation, diff('<replace sel="Observation/valueQuantity/unit/@value">g</replace>'))
    assert (str(made["valueQuantity"]["value"]), made["valueQuantity"]["unit"]) == ("1.10", "g")


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ('<remove sel="Patient/gender"/>', '<remove sel="Patient/gender">: it selects no nodes; expected one'),
        ('<remove sel="Patient/name"/>', "it selects 2 nodes; expected one"),
        ('<remove sel="Group/name[1]"/>', "it selects no nodes"),
        ('<remove sel="Patient"/>', "it selects the root element"),
        ('<add sel="Patient" pos="after"><Patient/></add>', "it selects the root element"),
        ('<add sel="Patient/active/@value">x</add>', "it selects attribute; expected an element"),
        ('<add sel="Patient/name[2]" type="@id">x</add>', "has the attribute 'id' already"),
        ('<add sel="Patient" type="namespace::x">u</add>', "the type is 'namespace::x'; expected '@'"),
        ('<replace sel="Patient/birthDate"/>', "it has no elements as content; expected one"),
        ('<replace sel="Patient/active/@value"><x/></replace>', "it has elements as content; expected text"),
        ('<add sel="Patient"><born value="1990"/></add>', "the outcome is no resource: Patient.born"),
        ('<add sel="Patient"><birthDate value="1990"/></add>', "the outcome is no resource: Patient.birthDate"),
        ('<replace sel="Patient"><Group><id value="p"/></Group></replace>', "'resourceType' may not be changed"),
        ('<replace sel="Patient/id/@value">q</replace>', "'id' may not be changed"),
        ('<replace sel="Patient/meta/versionId/@value">4</replace>', "'meta.versionId' may not be changed"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(refused: Any, operation: str, said: str) -> None:
    refusal = refused(PATIENT, diff(operation))
    assert said in str(refusal)
    assert refusal.status == 422


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<diff", "line 1, column"),
        (b"", "the text is empty"),
        (b"<x/>", "line 1: the root element is x; expected diff or patch"),
        (b'<!DOCTYPE diff [<!ENTITY a "b">]><diff/>', "the XML has a DOCTYPE"),
        (diff('<move sel="x"/>'), "the operation is move; expected add, replace, remove"),
        (diff("<remove/>"), "has no attribute 'sel'"),
        (diff('<add sel="Patient" pos="last"/>'), "pos='last'; expected prepend, before, after"),
        (diff('<remove sel="//name"/>'), "has '//', which XML Patch does not allow"),
        (diff('<remove sel="Patient/name[last()]"/>'), "no predicate of XML Patch"),
        (diff('<remove sel="Patient/@id/x"/>'), "goes on after an attribute or text"),
        (diff('<remove sel="Patient/name/"/>'), "cannot be used from '/' on"),
        (diff('<remove sel="count(*)"/>'), "cannot be used from '(*)' on"),
        (diff('<remove sel="@id"/>'), "does not begin at the root element"),
        (diff('<remove sel="q:Patient"/>'), "has the prefix 'q', for which there is no namespace"),
    ],
)
def test_what_is_no_xml_patch_is_a_bad_request(refused: Any, body: bytes, said: str) -> None:
    refusal = refused(PATIENT, body)
    assert said in str(refusal)
    assert refusal.status == 400


def test_hostile_patches_stay_within_limits(refused: Any) -> None:
    remove = '<remove sel="Patient/birthDate"/>'
    assert "3 operations; at most 2" in str(refused(PATIENT, diff(*[remove] * 3), limits=PatchLimits(max_operations=2)))
    long = '<remove sel="Patient' + "/name" * 2000 + '"/>'
    assert "at most 4000" in str(refused(PATIENT, diff(long)))
    wide = "<replace sel=\"*/*[*/@value='x']/@id\">x</replace>"
    refusal = refused(PATIENT, diff(wide), limits=PatchLimits(max_steps=10))
    assert refusal.issues[0]["code"] == "too-costly"


PIECES = st.lists(
    st.sampled_from(["Patient", "name", "*", "@id", "text()", "[1]", "[", "]", "='x'", "/", ".", "h:", "é"]), max_size=7
)


@given(
    PIECES, st.sampled_from(["add", "replace", "remove"]), st.sampled_from(["", "x", "<name/>", "<active value='x'/>"])
)
def test_whatever_is_sent_gives_a_resource_or_a_reason(model: Any, pieces: list[str], name: str, content: str) -> None:
    selector = "".join(pieces)
    body = diff(f'<{name} sel="{selector}">{content}</{name}>')
    try:
        made = apply_patch(PATIENT, body, FORMAT, model)
    except RequestRefused as refusal:
        status = refusal.status
    else:
        status = 200
        assert (made["resourceType"], made["id"]) == ("Patient", "p")
    assert status in (200, 400, 422)

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fhir_server.links import conditional_references, names_of, relinked
from tests.fhir_server.records_world import core


def test_a_link_into_another_resource_keeps_its_fragment():
    div = '<div><a href="urn:uuid:1#part">a</a><a href="#own">b</a><a href="urn:uuid:3#part">c</a></div>'
    resource = {
        "resourceType": "Observation",
        "subject": {"reference": "urn:uuid:1#part"},
        "focus": [{"reference": "#own"}, {"reference": "urn:uuid:3#part"}, {"reference": "urn:uuid:2#"}],
        "text": {"status": "generated", "div": div},
        "instantiatesCanonical": "urn:uuid:1#part",
    }
    made = relinked(resource, TARGETS, core().model)
    assert made["subject"] == {"reference": "Patient/1#part"}
    assert [each["reference"] for each in made["focus"]] == ["#own", "urn:uuid:3#part", "Patient/2#"]
    assert made["text"]["div"] == div.replace("urn:uuid:1", "Patient/1")


LINK = st.sampled_from(["urn:uuid:1", "urn:uuid:2", "Patient/9", "http://example.org"])
TARGETS = {"urn:uuid:1": "Patient/1", "urn:uuid:2": "Patient/2"}


@given(st.lists(LINK, max_size=4), LINK, LINK)
def test_only_elements_that_are_links_are_replaced(references, uri, text):
    resource = {
        "resourceType": "Group",
        "member": [{"entity": {"reference": each, "display": text}} for each in references],
        "identifier": [{"system": uri, "value": text}],
        "contained": [{"resourceType": "Observation", "subject": {"reference": uri}}],
        "modifierExtension": [{"url": "x", "valueReference": {"reference": uri}}],
        "unknown": {"reference": uri},
    }
    before = repr(resource)
    made = relinked(resource, TARGETS, core().model)
    assert [each["entity"]["reference"] for each in made["member"]] == [TARGETS.get(e, e) for e in references]
    assert all(each["entity"]["display"] == text for each in made["member"])
    assert made["identifier"] == [{"system": TARGETS.get(uri, uri), "value": text}]
    assert made["contained"][0]["subject"]["reference"] == TARGETS.get(uri, uri)
    assert made["modifierExtension"][0]["valueReference"]["reference"] == TARGETS.get(uri, uri)
    assert made["unknown"] == {"reference": uri}
    assert repr(resource) == before


def test_an_address_of_a_server_names_its_type_and_id_too():
    assert list(names_of("http://example.org/fhir/Patient/7", "Patient")) == [
        "http://example.org/fhir/Patient/7",
        "Patient/7",
    ]
    assert list(names_of("urn:uuid:1", "Patient")) == ["urn:uuid:1"]
    assert list(names_of("", "Patient")) == []


def test_references_that_are_searches_are_found_wherever_they_stand():
    resource = {"a": [{"b": {"reference": "Patient?identifier=1"}}], "reference": "Patient/1", "c": "Patient?x=1"}
    assert list(conditional_references(resource)) == ["Patient?identifier=1"]

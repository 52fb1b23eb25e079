from __future__ import annotations

from tests.fhir_server.world import told


def test_a_path_that_leads_nowhere_names_what_there_is(server):
    assert told(server.get("Patient/1")) == (
        "404 not-found: There is nothing at 'Patient/1'; resource types here: CodeSystem, ConceptMap, NamingSystem,"
        " ValueSet; see metadata"
    )
    assert told(server.get("CodeSystem/sex/_history")) == "404 not-found: There is nothing at 'CodeSystem/sex/_history'"


def test_an_operation_that_is_not_there_names_those_that_are(server):
    assert told(server.get("CodeSystem/$lokup")) == (
        "404 not-found: There is no operation '$lokup' on CodeSystem; there are: $lookup, $subsumes, $validate-code"
    )
    assert told(server.get("$expand")) == (
        "404 not-found: There is no operation '$expand' of the system; there are: $cache-control, $closure, $versions"
    )


def test_a_method_that_is_not_possible_is_answered_with_those_that_are(server):
    response = server.send("PUT", "CodeSystem/sex")
    assert told(response) == "405 not-supported: PUT is not possible at 'CodeSystem/sex'; possible: GET, HEAD"
    assert response.headers["allow"] == "GET, HEAD"
    assert server.send("DELETE", "CodeSystem/$lookup").headers["allow"] == "GET, HEAD, POST"


def test_slashes_at_the_end_do_not_matter(server):
    assert server.get("metadata/").status_code == 200

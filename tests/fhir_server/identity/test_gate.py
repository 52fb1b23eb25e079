from __future__ import annotations

from dataclasses import replace

import pytest

from fhir_server.exchange import Request
from fhir_server.identity.gate import Gate, code_of
from fhir_server.identity.scopes import parse_scopes
from fhir_server.outcomes import RequestRefused, refused
from fhir_server.routes import Route


@pytest.fixture
def gate(service):
    return Gate(service.identity.authenticator, service.identity.auditor, service.store, service.time.clock)


@pytest.fixture
def may(service, gate):
    """Whether a caller with scopes passes."""
    caller = service.caller(service.token())

    def passes(scopes, method, path, interaction, *, owner="Patient", operation=None, headers=None, ids=None, query=()):
        route = Route((method,), path, interaction, None, owner, operation)
        who = replace(caller, scopes=parse_scopes(scopes)[0])
        try:
            gate.check(who, route, Request(method, path, query, headers or {}), ids or {})
        except RequestRefused as error:
            return error.status != 403
        return True

    return passes


def test_capabilities_are_for_everybody_and_nothing_else_is(service, gate):
    assert service.run(gate.admit(Route(("GET",), "metadata", "capabilities", None), {})) is None
    with pytest.raises(RequestRefused) as refusal:
        service.run(gate.admit(Route(("GET",), "Patient/{id}", "read", None, "Patient"), {}))
    assert refusal.value.status == 401


def test_who_has_a_token_is_admitted(service, gate):
    headers = {"authorization": f"Bearer {service.token()}"}
    caller = service.run(gate.admit(Route(("POST",), "", "transaction", None), headers))
    assert caller.client.id == "c-1"


def test_a_search_in_a_compartment_is_one_of_the_type_that_is_found(may):
    path = "Patient/{id}/Observation"
    assert may("system/Observation.s", "GET", path, "search-compartment", owner=None)
    assert not may("system/Patient.s", "GET", path, "search-compartment", owner=None)
    assert may("system/Observation.s", "POST", f"{path}/_search", "search-compartment", owner=None)


def test_to_find_a_target_by_criteria_needs_search_too(may):
    once = {"if-none-exist": "identifier=1"}
    assert may("system/Patient.c", "POST", "Patient", "create")
    assert not may("system/Patient.c", "POST", "Patient", "create", headers=once)
    assert may("system/Patient.cs", "POST", "Patient", "create", headers=once)
    assert not may("system/Patient.c", "POST", "Patient", "create", query=(("identifier", "1"),))
    assert may("system/Patient.c", "POST", "Patient", "create", query=(("_format", "json"),))
    for letter, method, interaction in (("u", "PUT", "update"), ("u", "PATCH", "patch"), ("d", "DELETE", "delete")):
        assert may(f"system/Patient.{letter}", method, "Patient/{id}", interaction, ids={"id": "1"})
        assert not may(f"system/Patient.{letter}", method, "Patient", interaction)
        assert may(f"system/Patient.{letter}s", method, "Patient", interaction)


def test_what_was_refused_is_written_down_and_what_is_not_there_is_not(service, gate):
    route = Route(("PUT",), "Patient/{id}", "update", None, "Patient")
    caller = service.caller(service.token())
    service.run(gate.keep(None, route, {"id": "p"}, 401, "login"))
    service.run(gate.keep(caller, route, {"id": "p"}, 412, "conflict"))
    service.run(gate.keep(caller, None, {}, 405, "not-supported"))
    for status in (200, 304, 404, 410):
        service.run(gate.keep(caller, route, {"id": "p"}, status, ""))
    trail = service.trail()
    assert [each["outcomeDesc"] for each in trail] == ["401 login", "412 conflict", "405 not-supported"]
    assert trail[1]["agent"][0]["who"]["identifier"]["value"] == "c-1"
    assert trail[1]["entity"][0]["what"] == {"reference": "Patient/p"}


def test_the_issue_that_decides_names_the_reason():
    assert code_of(refused("login", "Who are you?")) == "login"

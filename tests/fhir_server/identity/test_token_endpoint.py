from __future__ import annotations

import asyncio
import base64
from dataclasses import replace

import pytest

from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.memory import MemoryStore
from fhir_server.identity.register import change_client
from tests.fhir_server.identity.service_world import FORM, SECRET, basic

GRANT = {"grant_type": "client_credentials"}


def test_a_client_gets_a_token_for_all_it_is_registered_with(service):
    answer = service.ask(basic("c-1", SECRET), **GRANT)
    assert answer.status == 200
    assert answer.payload["token_type"] == "bearer"
    assert answer.payload["expires_in"] == 300
    assert answer.payload["scope"] == "system/Patient.cruds system/Observation.rs"
    assert answer.headers["cache-control"] == "no-store"
    assert service.trail() == []


def test_the_secret_may_be_in_the_form(service):
    assert service.ask(client_id="c-1", client_secret=SECRET, **GRANT).status == 200


def test_id_and_secret_are_percent_encoded_in_the_header(service):
    encoded = base64.b64encode(b"c%2D1:" + SECRET.replace("-", "%2D").encode()).decode()
    assert service.ask({"authorization": f"basic {encoded}"}, **GRANT).status == 200


def test_less_may_be_asked_for_and_more_is_not_granted(service):
    asked = "system/Patient.r system/Encounter.r launch system/Observation.cruds"
    answer = service.ask(basic("c-1", SECRET), scope=asked, **GRANT)
    assert answer.payload["scope"] == "system/Patient.r system/Observation.rs"


@pytest.mark.parametrize("scope", ["system/Encounter.r", "patient/Patient.r", "system/Patient.dus", ""])
def test_where_nothing_that_is_asked_for_can_be_granted_the_scope_is_invalid(service, scope):
    answer = service.ask(basic("c-1", SECRET), scope=scope, **GRANT)
    assert (answer.status, answer.error) == (400, "invalid_scope")


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        (basic("c-1", "wrong"), GRANT),
        (basic("c-1", ""), GRANT),
        (basic("c-1", "x" * 100_000), GRANT),
        (basic("nobody", SECRET), GRANT),
        (basic("", ""), GRANT),
        ({}, GRANT),
        ({}, {**GRANT, "client_id": "c-1"}),
        ({}, {**GRANT, "client_secret": SECRET}),
        ({"authorization": "Bearer x"}, GRANT),
        ({"authorization": "Basic !"}, GRANT),
        ({"authorization": "Basic /w=="}, GRANT),
        ({"authorization": "Basic Yy0x"}, GRANT),
    ],
)
def test_who_does_not_prove_who_it_is_is_refused_and_it_is_written_down(service, headers, form):
    answer = service.ask(headers, **form)
    assert (answer.status, answer.error) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")
    (entry,) = service.trail()
    assert entry["outcomeDesc"] == "401 invalid_client"
    assert SECRET not in repr(entry)


def test_a_wrong_secret_and_a_client_that_is_not_there_are_told_alike(service):
    wrong, unknown = service.ask(basic("c-1", "wrong"), **GRANT), service.ask(basic("c-9", SECRET), **GRANT)
    assert wrong.payload == unknown.payload


def test_a_secret_in_the_place_of_the_id_is_not_written_down(service):
    service.ask(basic(SECRET, "c-1"), **GRANT)
    assert SECRET not in repr(service.trail())


def test_a_suspended_client_gets_no_token(service):
    service.run(change_client(service.store, "c-1", lambda client: replace(client, status="suspended")))
    assert service.ask(basic("c-1", SECRET), **GRANT).error == "invalid_client"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({**GRANT, "client_secret": SECRET}, "invalid_request"),
        ({**GRANT, "client_id": "c-2"}, "invalid_request"),
    ],
)
def test_requests_that_are_not_right_are_named_as_the_rfc_does(service, form, error):
    answer = service.ask(basic("c-1", SECRET), **form)
    assert (answer.status, answer.error) == (400, error)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("", b"grant_type=client_credentials"),
        (FORM, b"grant_type=client_credentials&grant_type=client_credentials"),
        (FORM, b"grant_type=client_credentials&scope=%FF"),
    ],
)
def test_bodies_that_are_no_form_are_refused(service, content_type, body):
    answer = service.ask_raw({"content-type": content_type, **basic("c-1", SECRET)}, body)
    assert (answer.status, answer.error) == (400, "invalid_request")


def test_a_client_may_not_ask_without_end_and_others_may_then(make_service):
    service = make_service(token_requests=2)
    assert [service.ask(basic("c-1", "wrong"), **GRANT).status for _ in range(3)] == [401, 401, 429]
    refused = service.ask(basic("c-1", SECRET), **GRANT)
    assert (refused.status, refused.headers["retry-after"]) == (429, "30")
    assert service.ask(basic("c-2", SECRET), **GRANT).status == 401
    service.time.passed = 30.0
    assert service.ask(basic("c-1", SECRET), **GRANT).status == 200


def test_a_store_that_does_not_answer_is_no_wrong_secret(service, monkeypatch):
    async def broken(*_):
        raise StoreUnavailable("gone")

    monkeypatch.setattr(MemoryStore, "load", broken)
    answer = service.ask(basic("c-1", SECRET), **GRANT)
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")


def test_what_is_answered_is_not_shown_in_logs(service):
    answer = service.ask(basic("c-1", SECRET), **GRANT)
    assert answer.payload["access_token"] not in repr(answer)


def test_many_who_ask_together_are_answered(make_service):
    service = make_service(token_requests=100)

    async def together():
        endpoint = service.identity.endpoints.token
        headers = {"content-type": FORM, **basic("c-1", SECRET)}
        asked = (endpoint.answer(headers, b"grant_type=client_credentials") for _ in range(70))
        return [each.status for each in await asyncio.gather(*asked)]

    found = service.run(together())
    assert set(found) == {200, 503}
    assert found.count(200) >= 64

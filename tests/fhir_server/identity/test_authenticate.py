from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.evidence import Sender
from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.memory import MemoryStore
from fhir_server.identity.authenticate import access_of, allow
from fhir_server.identity.register import change_client
from fhir_server.identity.scopes import parse_scopes
from fhir_server.outcomes import RequestRefused
from tests.fhir_server.identity.service_world import SECRET


def _refusal(service, headers):
    with pytest.raises(RequestRefused) as refusal:
        service.run(service.identity.authenticator.caller(headers))
    return refusal.value


def test_a_token_says_who_asks_for_whom_with_what(service):
    caller = service.caller(service.token())
    assert caller.client.id == "c-1"
    assert caller.organisation.name == "第一人民医院"
    assert caller.product.name == "HIS"
    assert caller.sender == Sender("hospital-1", "his", "3.1", "c-1")


def test_nothing_of_a_caller_shows_its_secret(service):
    caller = service.caller(service.token())
    assert caller.client.secret_hash not in repr(caller)
    assert SECRET not in repr(caller)


def test_without_credentials_it_is_told_what_is_expected_and_no_error(service):
    refusal = _refusal(service, {})
    assert refusal.status == 401
    assert refusal.headers["www-authenticate"] == 'Bearer realm="fhir"'
    assert refusal.issues[0]["code"] == "login"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic Yy0xOng=", "Bearer not-a-token", "token x"])
def test_other_credentials_are_refused(service, header):
    refusal = _refusal(service, {"authorization": header})
    assert refusal.status == 401
    assert 'error="invalid_token"' in refusal.headers["www-authenticate"]


def test_a_token_of_another_service_with_the_same_keys_is_refused(make_service):
    token = make_service().token()
    assert "another service" in str(_refusal(make_service(ids="other"), {"authorization": f"Bearer {token}"}))


def test_a_suspended_client_is_refused_at_once_and_let_in_again_at_once(service):
    token = service.token()
    assert service.caller(token).client.is_active
    service.run(change_client(service.store, "c-1", lambda client: replace(client, status="suspended")))
    assert _refusal(service, {"authorization": f"Bearer {token}"}).status == 401
    service.run(change_client(service.store, "c-1", lambda client: replace(client, status="active")))
    assert service.caller(token).client.is_active


def test_a_client_that_is_no_longer_registered_is_refused(service):
    token = service.token()

    async def removed(transaction):
        await transaction.save("clients", "c-1", None)

    service.run(service.store.commit(removed))
    assert "not registered" in str(_refusal(service, {"authorization": f"Bearer {token}"}))


def test_a_store_that_does_not_answer_lets_nobody_in(service, monkeypatch):
    token = service.token()

    async def broken(*_):
        raise StoreUnavailable("gone")

    monkeypatch.setattr(MemoryStore, "load", broken)
    assert _refusal(service, {"authorization": f"Bearer {token}"}).status == 503


def test_a_caller_may_do_what_its_token_says_and_no_more(service):
    caller = service.caller(service.token(scope="system/Patient.rs"))
    allow(caller, "read", "Patient")
    with pytest.raises(RequestRefused) as refusal:
        allow(caller, "delete", "Patient")
    assert refusal.value.status == 403
    assert refusal.value.issues[0]["code"] == "forbidden"
    assert refusal.value.headers["www-authenticate"].endswith('error="insufficient_scope", scope="system/Patient.d"')
    assert caller.part("r", "Patient") is None
    with pytest.raises(RequestRefused, match=r"expected system/Observation\.r"):
        caller.part("r", "Observation")


def test_criteria_allow_nothing_as_a_whole(service):
    scopes, _ = parse_scopes("system/Patient.rs?gender=male")
    caller = replace(service.caller(service.token()), scopes=scopes)
    assert access_of(caller, "read", "Patient").alternatives == ((("gender", "male"),),)
    with pytest.raises(RequestRefused, match="criteria"):
        allow(caller, "read", "Patient")


def test_criteria_allow_nothing_where_nobody_understands_them(service):
    scopes, _ = parse_scopes("system/Patient.rs?gender=male")
    with pytest.raises(RequestRefused) as refusal:
        replace(service.caller(service.token()), scopes=scopes).part("r", "Patient")
    assert refusal.value.status == 403

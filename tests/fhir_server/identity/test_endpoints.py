from __future__ import annotations

import asyncio

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet
from starlette.applications import Starlette

from fhir_server.identity.endpoints import identity_routes
from tests.fhir_server.identity.service_world import SECRET


def _send(service, method, path, **more):
    app = Starlette(routes=identity_routes(lambda: service.identity.endpoints, "/fhir"))

    async def sent():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="https://fhir.example.org") as client:
            return await client.request(method, path, **more)

    return asyncio.run(sent())


GRANT = {"grant_type": "client_credentials", "scope": "system/Patient.rs"}


def test_a_client_finds_the_way_in_and_goes_it(service):
    found = _send(service, "GET", "/fhir/.well-known/smart-configuration").json()
    assert found["token_endpoint"] == "https://fhir.example.org/auth/token"
    assert found["grant_types_supported"] == ["client_credentials"]
    assert "permission-v2" in found["capabilities"]
    answer = _send(service, "POST", found["token_endpoint"], data=GRANT, auth=("c-1", SECRET))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["scope"] == "system/Patient.rs"
    keys = KeySet.import_key_set(_send(service, "GET", found["jwks_uri"]).json())
    read = jwt.decode(answer.json()["access_token"], keys, algorithms=["ES256"])
    assert read.claims["client_id"] == "c-1"


def test_both_places_of_the_configuration_say_the_same_by_the_public_address(make_service):
    service = make_service(public_address="https://public.example.org/")
    found = [_send(service, "GET", f"{base}/.well-known/smart-configuration").json() for base in ("", "/fhir")]
    assert found[0] == found[1]
    assert found[0]["jwks_uri"] == "https://public.example.org/auth/jwks.json"


def test_the_configuration_claims_only_what_is_there(service):
    found = _send(service, "GET", "/.well-known/smart-configuration").json()
    for method in found["token_endpoint_auth_methods_supported"]:
        given = {"auth": ("c-1", SECRET), "data": GRANT}
        if method == "client_secret_post":
            given = {"data": {**GRANT, "client_id": "c-1", "client_secret": SECRET}}
        assert _send(service, "POST", "/auth/token", **given).status_code == 200


def test_a_token_is_not_given_for_a_get_nor_for_a_query(service):
    assert _send(service, "GET", "/auth/token", params=GRANT, auth=("c-1", SECRET)).status_code == 405
    answer = _send(service, "POST", "/auth/token", params=GRANT, auth=("c-1", SECRET))
    assert answer.json()["error"] == "invalid_request"


def test_a_large_body_is_not_read(service):
    answer = _send(service, "POST", "/auth/token", data={**GRANT, "x": "y" * 20_000}, auth=("c-1", SECRET))
    assert (answer.status_code, answer.json()["error"]) == (413, "invalid_request")

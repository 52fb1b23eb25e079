"""The routes by which clients get in, beside those of FHIR: tokens, the keys that sign them, where both are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fhir_server.identity.keys import KeyRing
from fhir_server.identity.smart_configuration import KEYS_PATH, TOKEN_PATH, WELL_KNOWN_PATH, smart_configuration
from fhir_server.identity.token_endpoint import LARGEST_FORM, TokenEndpoint


@dataclass(frozen=True, slots=True)
class IdentityEndpoints:
    """Answers below the root of the application. `address` is the public one; empty: the one that a client used."""

    token: TokenEndpoint
    keys: KeyRing
    address: str = ""

    async def give_token(self, request: Request) -> Response:
        """https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2"""
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_FORM:
                text = f"the body is larger than {LARGEST_FORM} bytes"
                return JSONResponse({"error": "invalid_request", "error_description": text}, 413)
        answer = await self.token.answer(dict(request.headers), body)
        return JSONResponse(answer.payload, answer.status, dict(answer.headers))

    async def give_keys(self, _request: Request) -> Response:
        """https://www.rfc-editor.org/rfc/rfc7517#section-5"""
        return JSONResponse(self.keys.public(), media_type="application/jwk-set+json")

    async def describe(self, request: Request) -> Response:
        """https://hl7.org/fhir/smart-app-launch/conformance.html"""
        address = self.address or f"{request.url.scheme}://{request.headers.get('host', '')}"
        return JSONResponse(smart_configuration(address))


def identity_routes(endpoints: Callable[[], IdentityEndpoints], fhir: str) -> list[Route]:
    """The routes for an application whose FHIR service is at the path `fhir`; `endpoints` is asked for each request."""

    async def token(request: Request) -> Response:
        return await endpoints().give_token(request)

    async def keys(request: Request) -> Response:
        return await endpoints().give_keys(request)

    async def describe(request: Request) -> Response:
        return await endpoints().describe(request)

    return [
        Route(TOKEN_PATH, token, methods=["POST"]),
        Route(KEYS_PATH, keys),
        Route(WELL_KNOWN_PATH, describe),
        Route(fhir + WELL_KNOWN_PATH, describe),
    ]

"""`POST /auth/token`: a client proves who it is and gets an access token.

https://www.rfc-editor.org/rfc/rfc6749#section-4.4 (client credentials) and section 5 (answers); every answer is JSON
that nobody may keep.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fhir_kernel.errors import StoreError
from fhir_server.identity.credentials import Credentials, CredentialsRefused, credentials_in
from fhir_server.identity.directory import Directory
from fhir_server.identity.hashing import Hashing
from fhir_server.identity.organisations import Client
from fhir_server.identity.rate import RateLimit
from fhir_server.identity.scopes import Scope, granted, parse_scopes, scope_text
from fhir_server.identity.secrets import SecretHasher
from fhir_server.identity.tokens import Tokens
from fhir_server.outcomes import RequestRefused
from fhir_server.query import query_pairs

GRANT = "client_credentials"
LARGEST_FORM = 16_384
"""Bytes of a body that is read."""
_FORM_TYPE = "application/x-www-form-urlencoded"
_LONGEST_SECRET = 512
_NOT_KEPT: Mapping[str, str] = {"cache-control": "no-store", "pragma": "no-cache"}


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """What is answered: a status, headers and a JSON object. `client` is the registered one that seems to ask."""

    status: int
    payload: Mapping[str, Any] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=lambda: _NOT_KEPT)
    client: str = ""

    @property
    def error(self) -> str:
        """The error of RFC 6749, 5.2; empty where a token is given."""
        return str(self.payload.get("error", ""))


Told = Callable[[TokenAnswer], Awaitable[None]]
"""Is told of every answer, to write refusals into the audit trail."""


class TokenEndpoint:
    """Answers requests for tokens. Secrets are hashed in threads, a few at a time."""

    def __init__(self, tokens: Tokens, directory: Directory, hasher: SecretHasher, rate: RateLimit, told: Told) -> None:
        self._tokens, self._directory, self._rate, self._told = tokens, directory, rate, told
        self._hashing = Hashing(hasher)

    async def answer(self, headers: Mapping[str, str], body: bytes) -> TokenAnswer:
        """The answer to a POST with these headers, named in lower case, and this body, whatever they are."""
        answer = await self._answer(headers, body)
        try:
            await self._told(answer)
        except StoreError:
            return _wait(answer.client, "the store does not answer now", 503, 1)
        return answer

    async def _answer(self, headers: Mapping[str, str], body: bytes) -> TokenAnswer:
        if headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM_TYPE:
            return _error("invalid_request", f"the body is not of the type {_FORM_TYPE}")
        try:
            pairs = query_pairs(body)
        except RequestRefused as error:
            return _error("invalid_request", str(error))
        form = dict(pairs)
        if len(form) != len(pairs):
            return _error("invalid_request", "a parameter is given more than once")
        try:
            sent = credentials_in(headers, form)
        except CredentialsRefused as error:
            return _error("invalid_request" if error.status == 400 else "invalid_client", str(error), error.status)
        try:
            client = await self._directory.client(sent.client)
        except StoreError:
            return _wait("", "the store does not answer now", 503, 1)
        return await self._of(client, sent, form)

    async def _of(self, client: Client | None, sent: Credentials, form: Mapping[str, str]) -> TokenAnswer:
        name = client.id if client else ""  # what is not registered may be a secret in the wrong place
        if seconds := self._rate.wait(sent.client):
            return _wait(name, "this client asks for too many tokens", 429, seconds)
        if self._hashing.is_full:
            return _wait(name, "too many clients ask at the same time", 503, 1)
        if not await self._is(sent, client) or client is None or not client.is_active:
            return _error("invalid_client", "no active client has this id and this secret", 401, name)
        if (grant := form.get("grant_type")) != GRANT:
            error = "invalid_request" if grant is None else "unsupported_grant_type"
            return _error(error, f"expected the grant_type {GRANT}", client=client.id)
        scopes, problem = _granted(form.get("scope"), client)
        return _error("invalid_scope", problem, client=client.id) if problem else self._token(client, scopes)

    async def _is(self, sent: Credentials, client: Client | None) -> bool:
        """A client that is not known takes as long as one that is."""
        secret = sent.secret if len(sent.secret) <= _LONGEST_SECRET else ""
        return await self._hashing.matches(secret, client.secret_hash if client else None)

    def _token(self, client: Client, scopes: tuple[Scope, ...]) -> TokenAnswer:
        token = self._tokens.issue(client.id, scopes)
        payload = {
            "access_token": token.text,
            "token_type": "bearer",
            "expires_in": token.seconds,
            "scope": scope_text(token.scopes),
        }
        return TokenAnswer(200, payload, client=client.id)


def _granted(asked: str | None, client: Client) -> tuple[tuple[Scope, ...], str]:
    """What is granted, and why nothing is; all that the client is registered with where it asks for nothing."""
    registered, _ = parse_scopes(client.scopes)
    if asked is None:
        return registered, "" if registered else "the client is registered without any scope"
    wanted, unknown = parse_scopes(asked)
    found = granted(wanted, registered)
    if found:
        return found, ""
    if unknown and not wanted:
        return (), "no system scope is asked for; expected such as system/Patient.rs"
    return (), f"the client is registered for {scope_text(registered) or 'nothing'}, and for nothing that is asked for"


def _error(error: str, description: str, status: int = 400, client: str = "") -> TokenAnswer:
    headers = {**_NOT_KEPT, "www-authenticate": 'Basic realm="token"'} if status == 401 else _NOT_KEPT
    return TokenAnswer(status, {"error": error, "error_description": description}, headers, client)


def _wait(client: str, description: str, status: int, seconds: int) -> TokenAnswer:
    headers = {**_NOT_KEPT, "retry-after": str(seconds)}
    return TokenAnswer(status, {"error": "temporarily_unavailable", "error_description": description}, headers, client)

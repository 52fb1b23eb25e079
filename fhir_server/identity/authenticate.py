"""Who sends a request: from the Authorization header to a caller, or a refusal.

https://www.rfc-editor.org/rfc/rfc6750; what a caller may do is asked by `allow`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from conformance.evidence import Sender
from fhir_kernel.errors import StoreError
from fhir_server.identity.directory import Directory
from fhir_server.identity.narrowing import CriteriaRefused, Narrowing, Part
from fhir_server.identity.organisations import Client, Organisation, Product
from fhir_server.identity.permissions import Access, access, needed, permission
from fhir_server.identity.scopes import Scope
from fhir_server.identity.tokens import TokenRefused, Tokens
from fhir_server.outcomes import RequestRefused, refused, store_refusal

_SCHEME = "bearer"


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that has proved who it is, and what its token allows."""

    client: Client
    organisation: Organisation | None
    product: Product | None
    scopes: tuple[Scope, ...]
    narrowing: Narrowing | None = None
    """Understands the criteria of its scopes; None: no scope that has criteria allows anything."""

    @property
    def sender(self) -> Sender:
        """As evidence and audit trail name it."""
        client = self.client
        return Sender(client.organisation, client.product, client.product_version, client.id, client.is_practice)

    def may(self, resource_type: str, letter: str) -> bool:
        """Whether it has a permission on resources of a type, be it on some of them only."""
        return permission(self.scopes, letter, resource_type).is_allowed

    def part(self, letter: str, resource_type: str) -> Part | None:
        """Those resources of a type on which it has a permission; None: all of them.

        Raises RequestRefused: 403 where there are none, or where criteria of its scopes cannot be kept to; 503 where
        they cannot yet, because resources are being indexed by what they ask for.
        """
        found = permission(self.scopes, letter, resource_type)
        if found.is_full:
            return None
        scope = f"system/{resource_type}.{letter}"
        if not found.is_allowed or self.narrowing is None:
            raise _forbidden(scope, f"no scope of the token allows it of {resource_type}")
        try:
            return self.narrowing.part(resource_type, found.alternatives)
        except CriteriaRefused as error:
            raise _forbidden(scope, f"a scope of the token has criteria that cannot be kept to: {error}") from error


def part_of(caller: Caller | None, letter: str, resource_type: str) -> Part | None:
    """Those resources of a type on which a caller has a permission; None: all of them. Raises RequestRefused (403)."""
    return None if caller is None else caller.part(letter, resource_type)


class Authenticator(Protocol):
    """Says who sends a request."""

    async def caller(self, headers: Mapping[str, str], /) -> Caller:
        """Who sends a request with these headers, named in lower case.

        Raises RequestRefused: 401 with what is wrong with the credentials, 403, or 503 where the store does not answer.
        """


class TokenAuthenticator:
    """Accepts the tokens of `tokens`, of clients that `directory` knows as active."""

    def __init__(self, tokens: Tokens, directory: Directory) -> None:
        self._tokens, self._directory = tokens, directory

    async def caller(self, headers: Mapping[str, str]) -> Caller:
        """Who sends a request; see Authenticator."""
        token = _token_in(headers.get("authorization"))
        try:
            claims = self._tokens.verify(token)
        except TokenRefused as error:
            raise _invalid_token(str(error)) from None
        try:
            client = await self._directory.client(claims.client)
            if client is None or not client.is_active:
                raise _invalid_token("the client is not registered, or is suspended")
            organisation = await self._directory.organisation(client.organisation)
            product = await self._directory.product(client.product) if client.product else None
        except StoreError as error:
            raise store_refusal(error) from error
        return Caller(client, organisation, product, claims.scopes)


def access_of(
    caller: Caller, interaction: str, resource_type: str | None = None, operation: str | None = None
) -> Access:
    """What the caller may do of an interaction, as the route table names it; maybe only where criteria hold.

    Raises RequestRefused (403) where it may do nothing.
    """
    found = access(caller.scopes, interaction, resource_type, operation)
    if not found.is_allowed:
        raise _insufficient(needed(interaction, resource_type, operation), interaction, resource_type, operation)
    return found


def allow(caller: Caller, interaction: str, resource_type: str | None = None, operation: str | None = None) -> None:
    """Raises RequestRefused (403) where the caller may not do it to every resource of the type."""
    if not access_of(caller, interaction, resource_type, operation).is_full:
        what = _named(interaction, resource_type, operation)
        text = f"a scope with criteria does not allow {what}, where they cannot be kept to"
        raise _forbidden(needed(interaction, resource_type, operation), text)


def _token_in(header: str | None) -> str:
    """Raises RequestRefused (401); without any credentials no error is named (RFC 6750, 3.1)."""
    if header is None:
        text = "This needs an access token in the header Authorization; expected 'Bearer' and a token"
        raise refused("login", text, headers={"www-authenticate": 'Bearer realm="fhir"'})
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != _SCHEME or not token.strip():
        raise _invalid_token("the header Authorization holds no bearer token")
    return token.strip()


def _invalid_token(reason: str) -> RequestRefused:
    challenge = f'Bearer realm="fhir", error="invalid_token", error_description="{reason}"'
    return refused("login", f"The request is not authenticated: {reason}", headers={"www-authenticate": challenge})


def _insufficient(scope: str, interaction: str, resource_type: str | None, operation: str | None) -> RequestRefused:
    return _forbidden(scope, f"no scope of the token allows {_named(interaction, resource_type, operation)}")


def _forbidden(scope: str, reason: str) -> RequestRefused:
    challenge = f'Bearer realm="fhir", error="insufficient_scope", scope="{scope}"'
    text = f"This is not allowed: {reason}; expected {scope}"
    return refused("forbidden", text, headers={"www-authenticate": challenge})


def _named(interaction: str, resource_type: str | None, operation: str | None) -> str:
    what = f"${operation}" if operation else interaction
    return f"{what} of {resource_type}" if resource_type else what

"""Access tokens: signed here, and verified here before anything else of a request is believed.

https://www.rfc-editor.org/rfc/rfc9068 (claims, type) and https://www.rfc-editor.org/rfc/rfc8725 (one algorithm, named
keys, issuer and audience compared).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, GuestProtocol

from fhir_kernel.clock import Clock, NewId
from fhir_kernel.errors import PlumblineError
from fhir_server.identity.keys import ALGORITHM, KeyRing
from fhir_server.identity.scopes import Scope, parse_scopes, scope_text

TYPE = "at+jwt"
LONGEST = 8_192
"""Characters of a token that is looked at."""
_REMEMBERED = 10_000
_TEXTS = ("iss", "aud", "client_id", "scope", "jti")


class TokenRefused(PlumblineError):
    """A token is not accepted. The message says why, and nothing of what is in the token."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token to be handed out; it is never shown otherwise."""

    text: str = field(repr=False)
    seconds: int
    """How long it holds."""
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says."""

    client: str
    scopes: tuple[Scope, ...]
    expires: int
    """Seconds since 1970; at that moment it is over."""


class Tokens:
    """Issues and verifies tokens of one service.

    `name` is issuer and audience; it differs between services that could have keys in common. Verified tokens are
    remembered, because signatures take longer than reading a resource.
    """

    def __init__(self, keys: KeyRing, name: str, clock: Clock, new_id: NewId, seconds: int) -> None:
        self._keys, self._name, self._clock, self._new_id, self._seconds = keys, name, clock, new_id, seconds
        self._verified: OrderedDict[bytes, Claims] = OrderedDict()
        self._generation = keys.generation

    def issue(self, client: str, scopes: Sequence[Scope]) -> IssuedToken:
        """A token for a client that has proved who it is. Raises SettingsError without a key."""
        now, key = self._now(), self._keys.signing
        claims = {
            "iss": self._name,
            "aud": self._name,
            "sub": client,
            "client_id": client,
            "iat": now,
            "exp": now + self._seconds,
            "jti": self._new_id(),
            "scope": scope_text(scopes),
        }
        header = {"alg": ALGORITHM, "kid": key.id, "typ": TYPE}
        text = jwt.encode(header, claims, key.key, algorithms=[ALGORITHM])
        return IssuedToken(text, self._seconds, tuple(scopes))

    def verify(self, token: str) -> Claims:
        """What the token says. Raises TokenRefused."""
        if len(token) > LONGEST:
            raise TokenRefused(f"the token is longer than {LONGEST} characters")
        digest = sha256(token.encode("utf-8", "replace")).digest()
        claims = self._remembered(digest)
        if claims is None:
            claims = self._read(token)
            self._remember(digest, claims)
        if claims.expires <= self._now():
            raise TokenRefused("the token has expired")
        return claims

    def _read(self, token: str) -> Claims:
        try:
            read = jwt.decode(token, self._key_of, algorithms=[ALGORITHM])
        except (JoseError, ValueError, TypeError, KeyError):  # its words could tell of the token
            raise TokenRefused("the token is not signed by a key of this service") from None
        if read.header.get("typ") != TYPE:
            raise TokenRefused("the token is no access token")
        return self._claims(read.claims)

    def _claims(self, said: Mapping[str, Any]) -> Claims:
        if not all(isinstance(said.get(name), str) for name in _TEXTS):
            raise TokenRefused("the token lacks a claim that it must have")
        if said["iss"] != self._name or said["aud"] != self._name:
            raise TokenRefused("the token is meant for another service")
        scopes, _ = parse_scopes(said["scope"])
        return Claims(said["client_id"], scopes, _instant(said, "exp"))

    def _key_of(self, read: GuestProtocol) -> ECKey:
        key_id = read.headers().get("kid")
        key = self._keys.find(key_id) if isinstance(key_id, str) else None
        if key is None:
            raise TokenRefused("the token is not signed by a key of this service")
        return key.key

    def _remembered(self, digest: bytes) -> Claims | None:
        if (generation := self._keys.generation) != self._generation:
            self._generation = generation
            self._verified.clear()
        return self._verified.get(digest)

    def _remember(self, digest: bytes, claims: Claims) -> None:
        self._verified[digest] = claims
        if len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _instant(said: Mapping[str, Any], name: str) -> int:
    value = said.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise TokenRefused("the token does not say until when it holds")
    return value

"""Signs what is published, so that everybody can tell whose it is: ECDSA on P-256 over SHA-256, in DER.

FIPS 186-5 and RFC 3279, 2.2.3: what `openssl dgst -sha256 -verify` checks. The keys lie in a folder of their own, for
their owner alone to read; the first is made when it is needed, and every key that ever signed verifies for good.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from fhir_kernel.clock import Clock
from fhir_kernel.errors import SettingsError
from fhir_server.identity.keys import KeyRing, SigningKey, open_key_ring

ALGORITHM = "ecdsa-p256-sha256"
_FOR_GOOD = timedelta(days=365_000)


@dataclass(frozen=True, slots=True)
class Signature:
    """A detached signature, and the id of the key that made it (the thumbprint of RFC 7638)."""

    content: bytes
    key: str


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as others get it."""

    id: str
    pem: str
    """SubjectPublicKeyInfo (RFC 5480) in PEM."""


@dataclass(slots=True)
class Signer:
    """The keys in a folder. `now` gives seconds that never go back."""

    folder: Path
    clock: Clock
    now: Callable[[], float] = time.monotonic
    _ring: KeyRing | None = field(default=None, init=False)

    def sign(self, content: bytes) -> Signature:
        """A signature over the bytes. Raises SettingsError, OSError where the key cannot be used."""
        signing = self._keys().signing
        return Signature(_private(signing).sign(content, ECDSA(SHA256())), signing.id)

    def verifies(self, content: bytes, signature: Signature) -> bool:
        """Whether the signature is one of ours over these bytes."""
        known = self._keys().find(signature.key)
        if known is None:
            return False
        try:
            _private(known).public_key().verify(signature.content, content, ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True

    def public_keys(self) -> Sequence[PublicKey]:
        """Every key that ever signed, the newest first; asking makes none."""
        if not self.folder.is_dir():
            return ()
        ring = self._keys()
        found = (ring.find(str(each["kid"])) for each in ring.public()["keys"])
        return [PublicKey(each.id, each.key.as_pem(private=False).decode()) for each in found if each is not None]

    def _keys(self) -> KeyRing:
        if self._ring is None:
            self._ring = open_key_ring(self.folder, self.clock, self.now, overlap=_FOR_GOOD, longest=_FOR_GOOD)
        return self._ring


def _private(signing: SigningKey) -> EllipticCurvePrivateKey:
    key = signing.key.private_key
    if not isinstance(key, EllipticCurvePrivateKey):
        raise SettingsError(f"the key {signing.id} cannot sign; expected one with its private part")
    return key

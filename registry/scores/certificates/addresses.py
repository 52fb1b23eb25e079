"""Where a certificate and what checks it are found."""

from __future__ import annotations

from dataclasses import dataclass

from registry.scores.certificates.certificate import Certificate


@dataclass(frozen=True, slots=True)
class Addresses:
    """Absolute, as clients reach the server."""

    certificate: str
    page: str
    content: str
    signature: str
    key: str


def addresses_of(certificate: Certificate, server: str) -> Addresses:
    """Those of a certificate; `server` is the address of the server without a slash at the end."""
    here = f"{server}/api/scores/certificates/{certificate.number}"
    key = f"{server}/api/signing-keys/{certificate.key}"
    return Addresses(here, f"{here}/page", f"{here}/content", f"{here}/signature", key)

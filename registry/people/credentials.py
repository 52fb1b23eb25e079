"""By what a person proves who they are: a password, or once a link that an administrator gave them; hashes alone."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime

from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document

CREDENTIALS = "credentials"
"""The collection, by the id of the person."""


@dataclass(frozen=True, slots=True)
class Link:
    """A token that sets a password, once, until it expires."""

    digest: str = field(repr=False)
    expires: datetime

    def fits(self, digest: str, now: datetime) -> bool:
        """Whether it is the one with this digest, and still holds."""
        return hmac.compare_digest(self.digest, digest) and now < self.expires


@dataclass(frozen=True, slots=True)
class Credentials:
    """Of one person."""

    password_hash: str | None = field(default=None, repr=False)
    link: Link | None = None

    def document(self) -> Document:
        """As they are kept."""
        link = self.link and {"digest": self.link.digest, "expires": self.link.expires.isoformat()}
        return {"passwordHash": self.password_hash, "link": link}


async def credentials_in(reader: Reader, person: str) -> Credentials:
    """Those of a person; none where there is no such person."""
    kept = await reader.load(CREDENTIALS, person)
    if kept is None:
        return Credentials()
    link = kept["link"] and Link(kept["link"]["digest"], datetime.fromisoformat(kept["link"]["expires"]))
    return Credentials(kept["passwordHash"], link or None)

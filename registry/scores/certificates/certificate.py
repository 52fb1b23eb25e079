"""A certificate of a product, and how it stands on a day.

Its content is canonical JSON that is kept by its SHA-256 and never changes; that it was withdrawn stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read
from registry.refusal import refused

CERTIFICATES = "score-certificate"
"""The collection, by number."""
Status = Literal["active", "withdrawn", "expired"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Withdrawal(Kept):
    """That a certificate holds no longer."""

    at: datetime
    by: str
    """The id of a person."""
    reason: str


@dataclass(frozen=True, slots=True)
class Certificate(Kept):
    """One certificate, with everything that is needed to check its content."""

    number: str
    """`CERT-2026-0001`."""
    product: str
    """Name and version, such as `his#2.1`."""
    name: str
    """The name of the product as people read it."""
    vendor: str
    """The name of whoever makes it."""
    snapshot: str
    issued: date
    """The local day."""
    valid_until: date
    """The last day on which it holds."""
    issued_at: datetime
    issued_by: str
    """The id of a person."""
    digest: str
    """SHA-256 of the content, in hexadecimal digits."""
    signature: str
    """ECDSA on P-256 over SHA-256 of the content, in DER, as base64."""
    key: str
    """The id of the public key that verifies it."""
    withdrawn: Withdrawal | None = None

    def status(self, today: date) -> Status:
        """How it stands on a local day."""
        if self.withdrawn is not None:
            return "withdrawn"
        return "expired" if today > self.valid_until else "active"


def certificate_of(kept: Document) -> Certificate:
    """The certificate that was kept as a document."""
    return read(Certificate, kept)


async def certificate(reader: Reader, number: str) -> Certificate:
    """The certificate of a number. Raises Refused (missing)."""
    kept = await reader.load(CERTIFICATES, number)
    if kept is None:
        raise refused("missing", f"there is no certificate {number}", f"没有证书 {number}", "number")
    return certificate_of(kept)


async def certificates(reader: Reader, after: str, count: int) -> Sequence[Certificate]:
    """Certificates in the order of their numbers, after one of them."""
    return [certificate_of(kept) for _, kept in await reader.listed(CERTIFICATES, after=after, count=count)]


def last_day(issued: date) -> date:
    """The day before the same day of the next year."""
    try:
        return issued.replace(year=issued.year + 1) - timedelta(days=1)
    except ValueError:  # 29 February: the next year has no such day
        return date(issued.year + 1, 2, 28)

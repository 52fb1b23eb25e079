"""Issues certificates and withdraws them; the number is taken in the commit that keeps the certificate."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from conformance.scoring.canonical import canonical
from fhir_kernel.store.base import Reader, Store, Transaction
from fhir_server.identity.organisations import ORGANISATIONS, PRODUCTS, organisation_of, product_of
from registry.publication.signing import ALGORITHM, Signer
from registry.refusal import Refused, refused
from registry.scores.certificates.certificate import CERTIFICATES, Certificate, Withdrawal, certificate, last_day
from registry.scores.certificates.deserving import LEVEL, Scored, lacks, level_asked
from registry.sentence import Sentence

FORM = "plumbline-product-certificate/1"
"""What the content says that it is."""
_LAST, _OF = "score-certificate-last", "score-certificate-of"
"""The last number of each year, and the number by `product/snapshot`."""


@dataclass(frozen=True, slots=True)
class Issuing:
    """Who issues a certificate, and when."""

    person: str
    now: datetime
    today: date
    """The local day."""


async def issue(store: Store, signer: Signer, scored: Scored, by: Issuing) -> Certificate:
    """Issue the certificate of a product. Raises Refused: what it lacks, or which one it has already; StoreError."""
    missing = lacks(scored)
    if missing:
        raise Refused("conflict", tuple(Sentence(each.en, each.zh) for each in missing), where="product")
    while True:
        number = _number(by.today.year, await _last(store, by.today.year) + 1)
        made, content = await _made(store, signer, scored, by, number)
        await store.keep(content)
        if await store.commit(_Keeping(made, by)):
            return made


async def withdraw(store: Store, number: str, withdrawal: Withdrawal) -> Certificate:
    """Withdraw a certificate for good. Raises Refused where there is none, or it has been withdrawn."""

    async def work(transaction: Transaction) -> Certificate:
        found = await certificate(transaction, number)
        if found.withdrawn is not None:
            raise refused("conflict", f"{number} has been withdrawn already", f"{number} 已撤销")
        changed = replace(found, withdrawn=withdrawal)
        await transaction.save(CERTIFICATES, number, changed.document())
        return changed

    return await store.commit(work)


@dataclass(frozen=True, slots=True)
class _Keeping:
    """The work of the commit: whether the certificate was kept; not where somebody else has its number meanwhile."""

    made: Certificate
    by: Issuing

    async def __call__(self, transaction: Transaction) -> bool:
        made, year = self.made, self.by.today.year
        await _check_none(transaction, made, self.by.today)
        last = await _last(transaction, year)
        if made.number != _number(year, last + 1):
            return False
        await transaction.save(_LAST, str(year), {"last": last + 1})
        await transaction.save(_OF, _place(made), {"number": made.number})
        await transaction.save(CERTIFICATES, made.number, made.document())
        return True


async def _made(store: Store, signer: Signer, scored: Scored, by: Issuing, number: str) -> tuple[Certificate, bytes]:
    id_, _, version = scored.product.partition("#")
    kept = await store.load(PRODUCTS, id_)
    if kept is None:
        raise refused("missing", f"no product '{id_}' is registered", f"产品“{id_}”未登记", "product")
    product = product_of(id_, kept)
    vendor = await _name(store, product.vendor)
    until = last_day(by.today)
    named = {"id": id_, "version": version, "name": product.name, "vendor": {"id": product.vendor, "name": vendor}}
    content = canonical(_content(number, named, scored, by.today, until))
    signature = await asyncio.to_thread(signer.sign, content)
    made = Certificate(
        number=number,
        product=scored.product,
        name=product.name,
        vendor=vendor,
        snapshot=scored.snapshot,
        issued=by.today,
        valid_until=until,
        issued_at=by.now,
        issued_by=by.person,
        digest=sha256(content).hexdigest(),
        signature=b64encode(signature.content).decode(),
        key=signature.key,
    )
    return made, content


def _content(number: str, product: Mapping[str, Any], scored: Scored, issued: date, until: date) -> Mapping[str, Any]:
    """What is signed: everything that the certificate claims, and what it rests on."""
    level = level_asked(scored.policy)
    assert level is not None  # without it nobody deserves a certificate
    return {
        "form": FORM,
        "number": number,
        "product": product,
        "snapshot": {
            "id": scored.snapshot,
            "digest": scored.digest,
            "begin": scored.period[0],
            "end": scored.period[1],
            "policy": scored.policy.version,
        },
        "score": {
            "value": scored.value,
            "lower": scored.lower,
            "upper": scored.upper,
            "dimensions": {name: f"{value:.4f}" for name, value in scored.dimensions.items()},
            "institutions": scored.institutions,
        },
        "rule": {"level": LEVEL, "lower": str(level.lower), "dimension": str(level.dimension)},
        "issued": issued,
        "validUntil": until,
        "algorithm": ALGORITHM,
    }


async def _check_none(reader: Reader, made: Certificate, today: date) -> None:
    kept = await reader.load(_OF, _place(made))
    if kept is None:
        return
    other = await certificate(reader, kept["number"])
    if other.status(today) == "active":
        said = f"{made.product} has the certificate {other.number} for {made.snapshot}"
        raise refused("conflict", said, f"{made.product} 在 {made.snapshot} 中已有证书 {other.number}", "product")


async def _last(reader: Reader, year: int) -> int:
    kept = await reader.load(_LAST, str(year))
    return 0 if kept is None else int(kept["last"])


async def _name(reader: Reader, organisation: str) -> str:
    kept = await reader.load(ORGANISATIONS, organisation)
    return organisation if kept is None else organisation_of(organisation, kept).name


def _number(year: int, serial: int) -> str:
    return f"CERT-{year}-{serial:04d}"


def _place(made: Certificate) -> str:
    return f"{made.product}/{made.snapshot}"

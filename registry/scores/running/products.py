"""Scores of products in a snapshot: made when it is taken, kept beside its rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.scoring.assess import Assessment
from conformance.scoring.canonical import canonical
from conformance.scoring.restoring import restored
from fhir_kernel.store.base import Reader, Store
from fhir_server.identity.organisations import PRODUCTS, product_of
from registry.scores.running.snapshots import snapshot_in

PRODUCT_SCORES = "score-product"
"""The collection, by the digests of snapshots."""


@dataclass(frozen=True, slots=True)
class ProductScore:
    """What a vendor's product came to in one version, over all who use it."""

    product: str
    """`his#2.1`."""
    name: str
    vendor: str
    """The id of the organisation; empty where the product is not registered any more."""
    institutions: int
    """How many use it."""
    assessment: Assessment
    """Withheld where they are too few."""


async def keep_products(store: Store, digest: str, documents: Sequence[Mapping[str, Any]]) -> None:
    """Keep the scores of products beside a snapshot: as a text, so that no store makes other numbers of them."""
    kept = {"products": canonical(list(documents)).decode()}
    await store.commit(lambda transaction: transaction.save(PRODUCT_SCORES, digest, kept))


async def product_scores(store: Reader, snapshot_id: str) -> Sequence[ProductScore]:
    """All in the order of names, withheld ones too. Raises Refused (missing)."""
    head = await snapshot_in(store, snapshot_id)
    kept = await store.load(PRODUCT_SCORES, head.digest)
    known = {id_: product_of(id_, each) for id_, each in await store.listed(PRODUCTS)}
    found = [] if kept is None else json.loads(kept["products"])
    made = []
    for each in found:
        its = known.get(each["product"].partition("#")[0])
        name, vendor = ("", "") if its is None else (its.name, its.vendor)
        assessment = restored(Assessment, each["assessment"])
        made.append(ProductScore(each["product"], name, vendor, each["institutions"], assessment))
    return made

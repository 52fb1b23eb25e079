"""What a product scored, read from the snapshot in which it was scored."""

from __future__ import annotations

from fhir_kernel.store.base import Store
from registry.refusal import refused
from registry.scores.certificates.deserving import Scored
from registry.scores.running.products import product_scores
from registry.scores.running.snapshots import newest_of, snapshot_in, terms_in


async def scored_in(store: Store, snapshot: str, product: str) -> Scored:
    """The score of `his#2.1` in `2026-10-1`.

    Raises Refused where there is none, or another snapshot of the period counts by now; StoreError.
    """
    head = await snapshot_in(store, snapshot)
    newest = await newest_of(store, head.month)
    if newest is not None and newest.id != head.id:
        en, zh = (
            f"{snapshot} was replaced by {newest.id}; expected that one",
            f"{snapshot} 已由 {newest.id} 取代；应使用后者",
        )
        raise refused("conflict", en, zh, "snapshot")
    found = next((each for each in await product_scores(store, snapshot) if each.product == product), None)
    if found is None:
        en, zh = f"{product} has no score in {snapshot}", f"{product} 在 {snapshot} 中没有得分"
        raise refused("missing", en, zh, "product")
    assessment = found.assessment
    return Scored(
        product=product,
        snapshot=snapshot,
        digest=head.digest,
        period=(head.begin, head.end),
        policy=(await terms_in(store, head)).policy,
        institutions=found.institutions,
        value=assessment.value,
        lower=assessment.lower,
        upper=assessment.upper,
        dimensions=assessment.dimensions,
        withheld=assessment.withheld,
    )

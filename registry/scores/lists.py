"""Where rule lists are kept: each once, by its digest, written before anything is judged by it and never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conformance.scoring.rules.model import RuleList, rule_list_of
from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.base import Reader, Store, Transaction

LISTS = "score-lists"
"""The collection."""


class RulesLost(StoreUnavailable):
    """Evidence names a rule list that the store does not hold."""

    def __init__(self, digest: str) -> None:
        super().__init__(
            f"records were judged by the rule list {digest}, which this store does not hold; nothing more is counted "
            "until it does: it comes with the log of evidence, out of the same backup"
        )
        self.digest = digest


async def all_lists(reader: Reader) -> Mapping[str, RuleList]:
    """Every list by which anything was ever judged, by digest."""
    return {name: rule_list_of(kept) for name, kept in await reader.listed(LISTS)}


async def list_of(reader: Reader, digest: str) -> RuleList:
    """The list of a digest. Raises RulesLost."""
    kept = await reader.load(LISTS, digest)
    if kept is None:
        raise RulesLost(digest)
    return rule_list_of(kept)


async def keep_lists(store: Store, lists: Iterable[RuleList]) -> None:
    """Keep those that are not there yet. Raises StoreError."""
    missing = [each for each in lists if await store.load(LISTS, each.digest) is None]
    if not missing:
        return

    async def work(transaction: Transaction) -> None:
        for each in missing:
            await transaction.save(LISTS, each.digest, each.document())

    await store.commit(work)

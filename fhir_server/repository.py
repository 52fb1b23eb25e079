"""The only writer of resources: whatever is written goes through `Repository.write`, in one transaction.

https://hl7.org/fhir/R4/http.html#transactional-integrity. What is to be written is decided by reading, outside the
transaction, where others do not wait for it; the transaction looks whether it still holds. Where it does not, because
somebody else was quicker, it is decided anew, and in the end within the transaction, where nobody can come between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from conformance.evidence import Sender
from fhir_kernel.clock import Clock
from fhir_kernel.errors import StoreError, VersionConflict
from fhir_kernel.store.base import Store, Transaction
from fhir_kernel.store.records import Change, Document, Version
from fhir_server.intents import Criteria, Intent, Written
from fhir_server.planning import Draft, Plan, Planner, Rejected, rows

EVIDENCE, AUDIT = "evidence", "audit"
"""The logs of the store: what was found in what was sent, and who did what."""
Auditor = Callable[[Sender, Sequence[Version], datetime], Sequence[Document]]
"""The entries of the audit trail for versions that somebody writes."""
Besides = Callable[[Transaction, Sequence[Sequence[Written]]], Awaitable[None]]
"""Writes documents in the transaction of a write, of which it hears what became."""
NO_REFERENCES: Mapping[str, Criteria] = {}
Fence = Callable[[Transaction, Sequence[Change]], Awaitable[None]]
"""Looks, in the transaction, whether changes still are what is to be written. Raises Overtaken, RequestRefused."""
_ATTEMPTS = 3


def fenced(*fences: Fence) -> Fence:
    """All of several, one after the other."""

    async def fence(transaction: Transaction, changes: Sequence[Change]) -> None:
        for each in fences:
            await each(transaction, changes)

    return fence


class Overtaken(StoreError):
    """What criteria met is not what they meet now."""


async def _pause() -> None:
    await asyncio.sleep(0)


class Repository:
    """Writes to `store` what `planner` decides; `audit`, where there is one, is written in the same transaction."""

    def __init__(
        self,
        store: Store,
        planner: Planner,
        clock: Clock,
        audit: Auditor | None = None,
        fence: Fence | None = None,
    ) -> None:
        self._store, self._planner, self._clock, self._audit = store, planner, clock, audit
        self._fence = fence

    async def write(
        self,
        intents: Sequence[Intent],
        sender: Sender,
        references: Mapping[str, Criteria] = NO_REFERENCES,
        besides: Besides | None = None,
    ) -> list[list[Written]]:
        """All of them or none; for each intent what became of each resource that it meant.

        `references` says what the conditional references in the resources look for; `besides` writes what must be kept
        in the same transaction. Raises RequestRefused, StoreError.
        """
        try:
            return await self._write(intents, sender, references, besides)
        except Rejected as error:
            await self._keep_evidence(error, sender)
            raise

    async def _write(
        self, intents: Sequence[Intent], sender: Sender, references: Mapping[str, Criteria], besides: Besides | None
    ) -> list[list[Written]]:
        for _ in range(_ATTEMPTS):
            plan = await self._planner.plan(self._store, intents, references, _pause)
            if not plan.drafts and besides is None:
                return [[each for each in step if isinstance(each, Written)] for step in plan.steps]
            try:
                return await self._store.commit(self._work(plan, sender, besides))
            except (VersionConflict, Overtaken):
                continue

        async def all_at_once(transaction: Transaction) -> list[list[Written]]:
            plan = await self._planner.plan(transaction, intents, references, None)
            return await self._work(plan, sender, besides)(transaction)

        return await self._store.commit(all_at_once)

    def _work(
        self, plan: Plan, sender: Sender, besides: Besides | None
    ) -> Callable[[Transaction], Awaitable[list[list[Written]]]]:
        async def work(transaction: Transaction) -> list[list[Written]]:
            await _check_matches(plan, transaction)
            drafts = plan.drafts
            now = self._clock()  # one for all, so that what is written together is known together
            changes = [draft.change(now) for draft in drafts]
            versions = [each.version for each in changes]
            if self._fence is not None:
                await self._fence(transaction, changes)
            await transaction.write(changes)
            if evidence := [row for each in zip(drafts, versions, strict=True) for row in _evidence(*each, sender)]:
                await transaction.append(EVIDENCE, evidence)
            if self._audit is not None:
                await transaction.append(AUDIT, self._audit(sender, versions, self._clock()))
            following = iter(versions)
            written = [[_written(each, following) for each in step] for step in plan.steps]
            if besides is not None:
                await besides(transaction, written)
            return written

        return work

    async def _keep_evidence(self, error: Rejected, sender: Sender) -> None:
        """What was found in resources that were refused is kept too."""
        evidence = [row for each in error.judgements for row in each.evidence(sender, None)]

        async def work(transaction: Transaction) -> None:
            await transaction.append(EVIDENCE, evidence)

        if evidence:
            await self._store.commit(work)


async def _check_matches(plan: Plan, transaction: Transaction) -> None:
    """Raises Overtaken where criteria do not meet what they met when it was decided what to write."""
    for query, keys in plan.matched:
        found = await transaction.search(replace(query, count=len(keys) + 1))
        if set(found.keys) != set(keys):
            raise Overtaken("other resources meet the criteria now")


def _evidence(draft: Draft, version: Version, sender: Sender) -> Sequence[Document]:
    return draft.judgement.evidence(sender, version) if draft.judgement is not None else ()


def _written(step: Draft | Written, versions: Iterator[Version]) -> Written:
    if isinstance(step, Written):
        return step
    issues = rows(step.judgement.issues) if step.judgement is not None else ()
    return Written(step.effect, next(versions), issues)
